package io.nvmredis.spi;

import java.util.Map;

/** CONFIG SET: settings of a persister that can be changed while it is open. Any thread. */
public interface ChangeableSettings {

    /**
     * Changes all of them, or none.
     *
     * @param changes values by the names of {@link PersisterProvider#settings()}
     * @throws io.nvmredis.spi.errors.ConfigurationException naming each setting that cannot be changed now, or has a bad
     *     value
     */
    void configure(Map<String, String> changes);
}
