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

/** A bad value gets the same sentence, whichever persister has the setting. */
public final class SettingFaults {
    /** No setting of any kind takes it, but one that names a path or is any text. */
    public static final String BAD_VALUE = "/";

    /** What a value is not, by the kinds that {@link io.nvmredis.spi.support.SettingReader} reads. */
    private static final Pattern KIND = Pattern.compile("one of these: [a-z, -]+"
            + "|a whole number from -?\\d+ to \\d+"
            + "|(0 or )?a size( from \\w+ to \\w+| of \\w+ or more)?, such as \\d+[kmg]?b?"
            + "|a name without a path, such as [\\w.-]+");

    private SettingFaults() {}

    /** Gives each setting of a provider a bad value, but those named, whose kind nobody else has. */
    public static void check(PersisterProvider provider, String... others) {
        for (PersisterSetting setting : provider.settings()) {
            PersisterConfig config = new PersisterConfig(Path.of("none"), Map.of(setting.name(), BAD_VALUE));
            ConfigurationException e =
                    catchThrowableOfType(ConfigurationException.class, () -> provider.create(config));
            assertThat(e).as(setting.name()).isNotNull();
            check(setting, e.faults(), List.of(others));
        }
    }

    /** The same of faults that are known already. */
    public static void check(PersisterSetting setting, List<String> faults, List<String> others) {
        String begin = setting.name() + " '" + BAD_VALUE + "' is not ";
        assertThat(faults).as(setting.name()).singleElement().asString().startsWith(begin);
        String expected = faults.get(0).substring(begin.length());
        if (!others.contains(setting.name())) {
            assertThat(expected).as(setting.name()).matches(KIND);
        }
    }
}
