package io.nvmredis.engine.core;

import java.util.List;

/**
 * Call of a function that runs.
 *
 * @param name name of the function
 * @param command words of the command that has called it
 * @param beginNanos when it began, by {@link System#nanoTime}
 */
public record FunctionCall(String name, List<byte[]> command, long beginNanos) {}
