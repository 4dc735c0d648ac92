package io.nvmredis.nvm.pmem;

import io.nvmredis.spi.errors.PersistenceException;
import java.util.List;

/** Copies files of a directory to another, which has none of their names, durably. One thread. */
public final class DirectoryCopy {
    private static final int PIECE_LENGTH = 1 << 20;

    private DirectoryCopy() {}

    /**
     * Copies files. When this returns, all copies are durable under their names.
     *
     * @throws NoSpaceException if there is no room for all of them; nothing has been copied then
     */
    public static void copy(PmemDirectory source, PmemDirectory target, List<String> names) {
        long bytes = names.stream().mapToLong(source::length).sum();
        if (bytes > target.usableBytes()) {
            throw new NoSpaceException(target.pathOf(""), bytes, target.usableBytes(), null);
        }
        names.forEach(name -> copy(source, target, name));
        // A crash before this leaves some of the copies; a crash after it, all of them.
        target.sync(PersistSite.COPIED_NAMES);
    }

    private static void copy(PmemDirectory source, PmemDirectory target, String name) {
        int length = lengthOf(source, name);
        try (PmemRegion from = source.open(name);
                PmemRegion to = target.create(name, length)) {
            for (int offset = 0; offset < length; offset += PIECE_LENGTH) {
                to.putBytes(offset, from, offset, Math.min(PIECE_LENGTH, length - offset));
            }
            to.flush(PersistSite.COPIED_FILE, 0, length);
            // A crash before this leaves any part of the copy; a crash after it, all of its bytes.
            to.drain(PersistSite.COPIED_FILE);
        }
        target.syncFile(PersistSite.COPIED_FILE, name);
    }

    private static int lengthOf(PmemDirectory source, String name) {
        long length = source.length(name);
        if (length > Integer.MAX_VALUE || length == 0) {
            throw new PersistenceException(source.pathOf(name) + " has " + length + " bytes and cannot be copied;"
                    + " copy the directory yourself");
        }
        return (int) length;
    }
}
