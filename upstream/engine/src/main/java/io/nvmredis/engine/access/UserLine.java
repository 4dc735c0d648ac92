package io.nvmredis.engine.access;

import java.util.List;

/**
 * A line that describes a user: {@code user <name> <rule> ...}.
 *
 * @param place where it stands, for messages: a file and a line of it
 * @param words of the line, with one character per byte
 */
public record UserLine(String place, List<String> words) {}
