package io.nvmredis.server.configuration;

import java.util.List;

/**
 * One line of a configuration that says something.
 *
 * @param name its first word, in lower case
 * @param words the words behind it
 * @param place the file and the number of the line, for messages
 */
public record Directive(String name, List<String> words, String place) {
    /** Returns a fault of this line; it must not show a value, which may be a password. */
    String fault(String why) {
        return place + ": " + why;
    }
}
