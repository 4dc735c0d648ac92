package io.nvmredis.cli;

import io.nvmredis.server.configuration.SettingCatalog;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads command lines that start a server and have nothing but settings, each given once and well-formed.
 *
 * <p>{@link CommandLineOptions} understands these and all other command lines, but loading its library takes a fifth of
 * the time of a start.
 */
final class PlainOptions {
    private PlainOptions() {}

    /** Returns the values by name without the dashes, or null for any other command line. */
    static @Nullable Map<String, String> read(SettingCatalog catalog, String... arguments) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            int equalSign = argument.indexOf('=');
            if (!argument.startsWith("--") || (equalSign < 0 && i + 1 == arguments.length)) {
                return null;
            }
            String name = argument.substring(2, equalSign < 0 ? argument.length() : equalSign);
            String value = equalSign < 0 ? arguments[++i] : argument.substring(equalSign + 1);
            if (!isPlain(value) || catalog.find(name) == null || settings.put(name, value) != null) {
                return null;
            }
        }
        return settings;
    }

    /** Tells whether a value is neither another option nor has a special meaning to the library. */
    private static boolean isPlain(String value) {
        return !value.isEmpty() && "-@\"'".indexOf(value.charAt(0)) < 0;
    }
}
