package io.nvmredis.stock.rdb;

import io.nvmredis.rdb.RdbFile;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells the RDB files that a save may replace from those that it may not: data are never replaced that this server has
 * neither written nor loaded. A file is its own if it is as this process has left or loaded it, or if it says that a server
 * with the same persistence has written it. Earlier servers of ours did not say which persistence they had, only what the
 * last transaction in a file is: theirs is its own if the data that it has opened contain that one. Any thread.
 */
public final class OwnFiles {
    private final String persistence;
    private final long openedLsn;
    private final Map<Path, State> known = new ConcurrentHashMap<>();

    /** What changes when somebody else writes a file. */
    private record State(@Nullable Object key, long size, FileTime modified) {
        static @Nullable State of(Path file) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                return attributes.isRegularFile()
                        ? new State(attributes.fileKey(), attributes.size(), attributes.lastModifiedTime())
                        : null;
            } catch (IOException e) {
                return null;
            }
        }
    }

    /** A file is there that may not be replaced. */
    static final class ForeignFileException extends PersistenceException {
        private static final long serialVersionUID = 1L;

        ForeignFileException(Path file) {
            super("ERR " + file + " was neither written nor loaded by this server, and is not"
                    + " replaced; move it away, or bring its data in with ./nvm-redis import");
        }
    }

    /** Those of a server with this persistence, whose name goes into what it writes, and that has found no data. */
    public OwnFiles(String persistence) {
        this(persistence, 0);
    }

    /**
     * Those of a server with this persistence.
     *
     * @param openedLsn the last transaction of the data that it has found
     */
    public OwnFiles(String persistence, long openedLsn) {
        this.persistence = persistence;
        this.openedLsn = openedLsn;
    }

    String persistence() {
        return persistence;
    }

    /** This file, as it is now, is about to be loaded, or has been written. */
    public void add(Path file) {
        State state = State.of(file);
        if (state != null) {
            known.put(file, state);
        }
    }

    /**
     * Nothing, if this file may be replaced, or is not there.
     *
     * @throws PersistenceException if it may not, with what a client is told
     */
    public void requireOwn(Path file) {
        State state = State.of(file);
        if (state != null && !state.equals(known.get(file)) && !isBySuchAServer(file)) {
            throw new ForeignFileException(file);
        }
    }

    private boolean isBySuchAServer(Path file) {
        RdbFile.Origin origin = RdbFile.origin(file);
        return origin.persistence() == null
                ? origin.lsn() > 0 && origin.lsn() <= openedLsn
                : origin.persistence().equals(persistence);
    }
}
