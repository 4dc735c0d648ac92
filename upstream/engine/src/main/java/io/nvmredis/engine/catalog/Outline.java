package io.nvmredis.engine.catalog;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Line of a text whose lines are indented by two blanks under the line that they belong to.
 *
 * @param word the first word
 * @param rest what stands behind the first word and a blank
 * @param lines the lines that belong to this one
 */
record Outline(String word, String rest, List<Outline> lines) {

    /** Reads the lines of a text; a line that begins with # is a remark. */
    static List<Outline> read(List<String> text) {
        Deque<Outline> open = new ArrayDeque<>();
        Outline root = new Outline("", "", new ArrayList<>());
        open.push(root);
        for (String line : text) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            int indent = 0;
            while (line.charAt(indent) == ' ') {
                indent++;
            }
            while (open.size() > indent / 2 + 1) {
                open.pop();
            }
            Outline read = of(line.substring(indent));
            open.element().lines().add(read);
            open.push(read);
        }
        return root.lines();
    }

    private static Outline of(String line) {
        int blank = line.indexOf(' ');
        return blank < 0
                ? new Outline(line, "", new ArrayList<>())
                : new Outline(line.substring(0, blank), line.substring(blank + 1), new ArrayList<>());
    }

    /** Returns what stands behind this word in one of the lines that belong to this one; "" if no line has it. */
    String text(String wanted) {
        for (Outline line : lines) {
            if (line.word.equals(wanted)) {
                return line.rest;
            }
        }
        return "";
    }

    /** Returns the words that stand behind this word in one of the lines that belong to this one. */
    List<String> words(String wanted) {
        String text = text(wanted);
        return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
    }

    /** Returns the lines with this word that belong to this one. */
    List<Outline> all(String wanted) {
        return lines.stream().filter(line -> line.word.equals(wanted)).toList();
    }
}
