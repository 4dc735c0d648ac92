package io.nvmredis.server.configuration;

import io.nvmredis.spi.PersisterSetting;
import java.util.List;

/**
 * One setting, as the command line, the environment, the configuration file, CONFIG and the documentation know it.
 *
 * @param described its name, default and description, and whether CONFIG SET can change it
 * @param owner who puts it into force
 * @param persisters the kinds of persistence that have it; none unless the owner is the persister
 * @param hasSeveralWords whether its value is several words, which stand in a file without quotes
 */
public record KnownSetting(PersisterSetting described, Owner owner, List<String> persisters, boolean hasSeveralWords) {
    /** Who puts a setting into force. */
    public enum Owner {
        SERVER,
        ENGINE,
        PERSISTER
    }

    public String name() {
        return described.name();
    }
}
