package io.nvmredis.cli;

import io.nvmredis.server.configuration.KnownSetting;
import io.nvmredis.server.configuration.SettingCatalog;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Command line of a server, taken apart as Redis does: a configuration file may be its first word, {@code -} for
 * standard input its first or last, and an option whose value is several words may have them as words of their own.
 *
 * @param file the configuration file; null if there is none
 * @param readsStandardInput whether standard input has lines of configuration, which count after those of the file
 * @param options the other words, with one word for each value
 */
record StartArguments(@Nullable Path file, boolean readsStandardInput, List<String> options) {
    private static final String STANDARD_INPUT = "-";

    static StartArguments of(SettingCatalog catalog, String... arguments) {
        List<String> words = new ArrayList<>(List.of(arguments));
        Path file = words.isEmpty() ? null : file(words.get(0));
        if (file != null) {
            words.remove(0);
        }
        boolean readsStandardInput = false;
        if (!words.isEmpty() && words.get(0).equals(STANDARD_INPUT)) {
            words.remove(0);
            readsStandardInput = true;
        } else if (!words.isEmpty() && words.get(words.size() - 1).equals(STANDARD_INPUT)) {
            words.remove(words.size() - 1);
            readsStandardInput = true;
        }
        return new StartArguments(file, readsStandardInput, joined(catalog, words));
    }

    /** Returns the file that a first word names. A word that may be a mistyped subcommand is none. */
    private static @Nullable Path file(String word) {
        if (word.isEmpty()
                || "-@".indexOf(word.charAt(0)) >= 0
                || Subcommand.named(word).isPresent()) {
            return null;
        }
        try {
            Path file = Path.of(word);
            return word.indexOf('/') >= 0 || word.indexOf('.') >= 0 || Files.exists(file) ? file : null;
        } catch (InvalidPathException e) {
            return null;
        }
    }

    /** Returns the words with the words of each value joined; what is given again adds to what was given before. */
    private static List<String> joined(SettingCatalog catalog, List<String> words) {
        List<String> rest = new ArrayList<>();
        Map<String, String> values = new LinkedHashMap<>();
        int i = 0;
        while (i < words.size()) {
            String word = words.get(i++);
            if (!isOptionOfSeveralWords(catalog, word)) {
                rest.add(word);
                continue;
            }
            int begin = i;
            while (i < words.size() && !words.get(i).startsWith("--")) {
                i++;
            }
            if (begin == i) {
                rest.add(word);
                continue;
            }
            String value = String.join(" ", words.subList(begin, i));
            values.merge(
                    word, value, (before, after) -> before.isBlank() || after.isBlank() ? after : before + " " + after);
        }
        values.forEach((option, value) -> {
            rest.add(0, value);
            rest.add(0, option);
        });
        return rest;
    }

    private static boolean isOptionOfSeveralWords(SettingCatalog catalog, String word) {
        if (!word.startsWith("--")) {
            return false;
        }
        KnownSetting setting = catalog.find(word.substring(2));
        return setting == null ? SettingCatalog.hasSeveralWords(word.substring(2)) : setting.hasSeveralWords();
    }
}
