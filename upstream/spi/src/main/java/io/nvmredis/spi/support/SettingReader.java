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
 * Reads the values of settings, each by its kind, and collects their faults instead of stopping at the first: a bad
 * value of one kind gets the same sentence, whichever setting it is. What is returned for a bad value is meaningless,
 * so {@link #check} must follow.
 *
 * <p>Blanks around a value are ignored, except by {@link #value} and {@link #name}. Used by one thread.
 */
public final class SettingReader {
    /** Maximum of a size that has no bound. Twice as much is still a {@code long}. */
    public static final long UNBOUNDED = Long.MAX_VALUE / 2;

    private static final long EXAMPLE_OF_SIZE = 64 << 20;

    private final Map<String, String> values;
    private final List<String> faults = new ArrayList<>();

    /** Creates a reader of values by name; an absent setting has its default. */
    public SettingReader(Map<String, String> values) {
        this.values = values;
    }

    /** Creates a reader of a persister's configuration. */
    public SettingReader(PersisterConfig config) {
        this(config.settings());
    }

    /** Returns the value as it was given, or the default. */
    public String value(PersisterSetting setting) {
        return values.getOrDefault(setting.name(), setting.defaultValue());
    }

    private String stripped(PersisterSetting setting) {
        return value(setting).strip();
    }

    /** Reads {@code yes} or {@code no}. Returns true for {@code yes}. */
    public boolean isYes(PersisterSetting setting) {
        return SettingValues.isYes(choice(setting, SettingValues.YES_OR_NO));
    }

    /** Reads one of several words; returns the first of them for a bad value. */
    public String choice(PersisterSetting setting, List<String> choices) {
        String chosen = SettingValues.choice(stripped(setting), choices);
        if (chosen == null) {
            refuse(setting, "one of these: " + String.join(", ", choices));
            return choices.get(0);
        }
        return chosen;
    }

    /** Reads one of several constants, by its name in lower case; returns the first of them for a bad value. */
    public <E extends Enum<E>> E choice(PersisterSetting setting, E[] choices) {
        List<String> names = Stream.of(choices)
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .toList();
        return choices[names.indexOf(choice(setting, names))];
    }

    /** Reads a whole number within these bounds; returns the minimum for a bad value. */
    public long number(PersisterSetting setting, long min, long max) {
        OptionalLong number = SettingValues.number(stripped(setting));
        if (isOutside(number, min, max)) {
            refuse(setting, "a whole number from " + min + " to " + max);
            return min;
        }
        return number.orElseThrow();
    }

    /** Reads a size in bytes within these bounds; returns the minimum for a bad value. */
    public long size(PersisterSetting setting, long min, long max) {
        return size(setting, min, max, "");
    }

    /** Reads a size in bytes within these bounds, or 0, which stands for none; returns 0 for a bad value. */
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

    /** Reads the name of a file or directory, without a path. */
    public String name(PersisterSetting setting) {
        String name = value(setting);
        boolean isPath = name.contains("/") || name.contains("\\") || name.equals(".") || name.equals("..");
        if (name.isEmpty() || isPath || name.indexOf('\0') >= 0) {
            refuse(setting, "a name without a path, such as " + setting.defaultValue());
        }
        return name;
    }

    /** Notes a fault: a value is not what the setting expects, such as {@code pairs of numbers}. */
    public void refuse(PersisterSetting setting, String expected) {
        add(setting.name() + " '" + value(setting) + "' is not " + expected);
    }

    /** Notes another fault, a sentence. */
    public void add(String fault) {
        faults.add(fault);
    }

    /** Returns the faults noted so far. */
    public List<String> faults() {
        return List.copyOf(faults);
    }

    /** Returns the first fault, or null if there is none. */
    public @Nullable String firstFault() {
        return faults.isEmpty() ? null : faults.get(0);
    }

    /**
     * Throws if there are faults.
     *
     * @throws ConfigurationException naming every fault
     */
    public void check() {
        if (!faults.isEmpty()) {
            throw new ConfigurationException(faults);
        }
    }
}
