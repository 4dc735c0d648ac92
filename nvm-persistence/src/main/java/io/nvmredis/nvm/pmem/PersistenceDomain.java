package io.nvmredis.nvm.pmem;

import java.nio.channels.FileChannel.MapMode;

/**
 * A way to make mapped bytes durable, and what it is worth.
 *
 * @param word what the user calls it: {@code libpmem}, {@code map-sync}, {@code msync}, {@code emulated}
 * @param survivesPowerLoss whether a persisted byte is there after the power has failed
 * @param persistsInline whether a persist is a matter of microseconds, so that an event loop may do it
 * @param detail one line for the user: why it is so
 * @param mapMode how files are mapped for it
 * @param flusher how their bytes are made durable
 */
public record PersistenceDomain(
        String word,
        boolean survivesPowerLoss,
        boolean persistsInline,
        String detail,
        MapMode mapMode,
        LineFlusher flusher) {}
