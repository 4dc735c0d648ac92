package io.nvmredis.nvm.pmem;

import java.nio.channels.FileChannel.MapMode;

/**
 * Way to make mapped bytes durable, and what such bytes survive.
 *
 * @param word name for the user: {@code libpmem}, {@code map-sync}, {@code msync}, {@code emulated}
 * @param survivesPowerLoss whether persisted bytes survive a power failure
 * @param persistsInline whether a persist takes only microseconds, so that an event loop may do it
 * @param detail reason, in one line for the user
 * @param mapMode mode in which files are mapped
 * @param flusher makes their bytes durable
 */
public record PersistenceDomain(
        String word,
        boolean survivesPowerLoss,
        boolean persistsInline,
        String detail,
        MapMode mapMode,
        LineFlusher flusher) {

    /** Tells whether a persist writes whole pages of the page cache to a disk, and not cache lines. */
    public boolean writesPages() {
        return !persistsInline;
    }
}
