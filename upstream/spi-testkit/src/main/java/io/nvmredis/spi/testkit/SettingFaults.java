package io.nvmredis.spi.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.PersisterSetting;
import io.nvmredis.spi.errors.ConfigurationException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Checks that a bad value gets the same sentence from every persister that has the setting. */
public final class SettingFaults {
    /** Value that every setting refuses, except one that names a path or takes any text. */
    public static final String BAD_VALUE = "/";

    /** Endings of such a sentence, by the kinds that {@link io.nvmredis.spi.support.SettingReader} reads. */
    private static final Pattern KIND = Pattern.compile("one of these: [a-z, -]+"
            + "|a whole number from -?\\d+ to \\d+"
            + "|(0 or )?a size( from \\w+ to \\w+| of \\w+ or more)?, such as \\d+[kmg]?b?"
            + "|a name without a path, such as [\\w.-]+");

    private SettingFaults() {}

    /**
     * Gives each setting of a provider a bad value. The settings named in {@code others} are of a kind of their own,
     * whose sentence may end otherwise.
     */
    public static void check(PersisterProvider provider, String... others) {
        for (PersisterSetting setting : provider.settings()) {
            PersisterConfig config = new PersisterConfig(Path.of("none"), Map.of(setting.name(), BAD_VALUE));
            ConfigurationException e =
                    catchThrowableOfType(ConfigurationException.class, () -> provider.create(config));
            assertThat(e).as(setting.name()).isNotNull();
            check(setting, e.faults(), List.of(others));
        }
    }

    /** Checks faults that have been collected for the bad value of one setting. */
    public static void check(PersisterSetting setting, List<String> faults, List<String> others) {
        String begin = setting.name() + " '" + BAD_VALUE + "' is not ";
        assertThat(faults).as(setting.name()).singleElement().asString().startsWith(begin);
        String expected = faults.get(0).substring(begin.length());
        if (!others.contains(setting.name())) {
            assertThat(expected).as(setting.name()).matches(KIND);
        }
    }
}
