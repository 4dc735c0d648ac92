package io.nvmredis.it.suites;

import io.nvmredis.it.suites.TestReports.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The outcomes of tests in what Redis's own test suite prints: {@code [ok]: name (3 ms)}, {@code [err]: name in file},
 * {@code [ignore]: name: why}. A test is called {@code unit#name}; what an assertion outside of any test says is a test
 * that failed.
 */
final class TclOutput {
    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");
    private static final Pattern UNIT = Pattern.compile("Testing (\\S+)");
    private static final Pattern OUTCOME = Pattern.compile("\\[(ok|err|ignore)]: (.*)");
    private static final Pattern DURATION = Pattern.compile(" \\(\\d+ ms\\)$");
    private static final Pattern PLACE = Pattern.compile(" in tests/\\S+\\.tcl$");
    private static final Pattern WHY = Pattern.compile(": (Not|Tag).*$");
    /** Seeds and addresses in names: others in each run. */
    private static final Pattern LONG_NUMBER = Pattern.compile("\\d{6,}");

    private TclOutput() {}

    /** Tells the outcomes that a file has, if it is the output of that suite. */
    static void read(Path file, BiConsumer<String, Outcome> outcomes) throws IOException {
        String unit = "";
        for (String coloured : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
            String line = COLOUR.matcher(coloured).replaceAll("");
            Matcher begins = UNIT.matcher(line);
            Matcher ends = OUTCOME.matcher(line);
            if (begins.matches()) {
                unit = begins.group(1);
            } else if (ends.matches()) {
                outcomes.accept(unit + '#' + name(ends.group(2)), outcome(ends.group(1)));
            }
        }
    }

    private static String name(String text) {
        String name = text;
        for (Pattern further : new Pattern[] {DURATION, PLACE, WHY}) {
            name = further.matcher(name).replaceAll("");
        }
        return LONG_NUMBER.matcher(name).replaceAll("#");
    }

    private static Outcome outcome(String word) {
        return switch (word) {
            case "ok" -> Outcome.PASSED;
            case "err" -> Outcome.FAILED;
            default -> Outcome.SKIPPED;
        };
    }
}
