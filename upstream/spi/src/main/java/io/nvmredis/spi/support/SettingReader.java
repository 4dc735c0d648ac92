package io.nvmredis.spi.support;

import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.PersisterSetting;
import io.nvmredis.spi.errors.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values of settings, each by its kind, and collects what is wrong with them instead of stopping at the first one:
 * a bad value of one kind gets the same sentence, whichever setting it is. What is read for a bad value means nothing:
 * {@link #check} has to follow.
 *
 * <p>Blanks around a value do not count, but those of {@link #value} and {@link #name} do. Used by one thread.
 */
public final class SettingReader {
    /** The maximum of a size that has none. Twice as much is still a {@code long}. */
    public static final long UNBOUNDED = Long.MAX_VALUE / 2;

    private static final long EXAMPLE_OF_SIZE = 64 << 20;

    private final Map<String, String> values;
    private final List<String> faults = new ArrayList<>();

    /** A reader of values by their names; a setting that is absent has its default. */
    public SettingReader(Map<String, String> values) {
        this.values = values;
    }

    /** A reader of what a persister is made from. */
    public SettingReader(PersisterConfig config) {
        this(config.settings());
    }

    /** The value as it was given, or the default. */
    public String value(PersisterSetting setting) {
        return values.getOrDefault(setting.name(), setting.defaultValue());
    }

    private String stripped(PersisterSetting setting) {
        return value(setting).strip();
    }

    /** Whether it is {@code yes}, and not {@code no}. */
    public boolean isYes(PersisterSetting setting) {
        return SettingValues.isYes(choice(setting, SettingValues.YES_OR_NO));
    }

    /** One of some words, spelt as they are; the first of them for a bad value. */
    public String choice(PersisterSetting setting, List<String> choices) {
        String chosen = SettingValues.choice(stripped(setting), choices);
        if (chosen == null) {
            refuse(setting, "one of these: " + String.join(", ", choices));
            return choices.get(0);
        }
        return chosen;
    }

    /** One of some constants, by their names in small letters; the first of them for a bad value. */
    public <E extends Enum<E>> E choice(PersisterSetting setting, E[] choices) {
        List<String> names = Stream.of(choices)
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .toList();
        return choices[names.indexOf(choice(setting, names))];
    }

    /** A whole number within these bounds; the minimum for a bad value. */
    public long number(PersisterSetting setting, long min, long max) {
        OptionalLong number = SettingValues.number(stripped(setting));
        if (isOutside(number, min, max)) {
            refuse(setting, "a whole number from " + min + " to " + max);
            return min;
        }
        return number.orElseThrow();
    }

    /** Bytes within these bounds; the minimum for a bad value. */
    public long size(PersisterSetting setting, long min, long max) {
        return size(setting, min, max, "");
    }

    /** The same, or 0, which stands for none; 0 for a bad value, too. */
    public long sizeOrZero(PersisterSetting setting, long min, long max) {
        OptionalLong size = SettingValues.size(stripped(setting));
        if (size.isPresent() && size.getAsLong() == 0) {
            return 0;
        }
        int before = faults.size();
        long bytes = size(setting, min, max, "0 or ");
        return faults.size() == before ? bytes : 0;
    }

    private long size(PersisterSetting setting, long min, long max, String otherwise) {
        OptionalLong size = SettingValues.size(stripped(setting));
        if (isOutside(size, min, max)) {
            String bounds = "";
            if (max < UNBOUNDED) {
                bounds = " from " + SettingValues.spelled(min) + " to " + SettingValues.spelled(max);
            } else if (min > 0) {
                bounds = " of " + SettingValues.spelled(min) + " or more";
            }
            long example = Math.max(min, Math.min(max, EXAMPLE_OF_SIZE));
            refuse(setting, otherwise + "a size" + bounds + ", such as " + SettingValues.spelled(example));
            return min;
        }
        return size.orElseThrow();
    }

    private static boolean isOutside(OptionalLong number, long min, long max) {
        return number.isEmpty() || number.getAsLong() < min || number.getAsLong() > max;
    }

    /** The name of a file or directory in another one. */
    public String name(PersisterSetting setting) {
        String name = value(setting);
        boolean isPath = name.contains("/") || name.contains("\\") || name.equals(".") || name.equals("..");
        if (name.isEmpty() || isPath || name.indexOf('\0') >= 0) {
            refuse(setting, "a name without a path, such as " + setting.defaultValue());
        }
        return name;
    }

    /** Notes that a value is not what the setting takes: {@code pairs of numbers}. */
    public void refuse(PersisterSetting setting, String expected) {
        add(setting.name() + " '" + value(setting) + "' is not " + expected);
    }

    /** Notes another fault: a sentence. */
    public void add(String fault) {
        faults.add(fault);
    }

    /** What has been noted so far. */
    public List<String> faults() {
        return List.copyOf(faults);
    }

    /** The first of them, or null if there is none. */
    public @Nullable String firstFault() {
        return faults.isEmpty() ? null : faults.get(0);
    }

    /**
     * Returns if nothing is wrong.
     *
     * @throws ConfigurationException naming every fault
     */
    public void check() {
        if (!faults.isEmpty()) {
            throw new ConfigurationException(faults);
        }
    }
}
