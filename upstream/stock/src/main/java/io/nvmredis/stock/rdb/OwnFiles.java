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
 * Tells the RDB files that a save may replace from those that it may not: a save never replaces data that this server
 * has neither written nor loaded. A file may be replaced if it is as this process has left or loaded it, or if it says
 * that a server with the same persistence has written it. Earlier servers of ours did not write their persistence into
 * the file, only the LSN of the last transaction in it: such a file may be replaced if the data that this server has
 * opened contain that transaction. Any thread.
 */
public final class OwnFiles {
    private final String persistence;
    private final long openedLsn;
    private final Map<Path, State> known = new ConcurrentHashMap<>();

    /** State of a file that changes when another process writes it. */
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

    /** Thrown where a save would replace a file that it may not replace. */
    static final class ForeignFileException extends PersistenceException {
        private static final long serialVersionUID = 1L;

        ForeignFileException(Path file) {
            super("ERR " + file + " was neither written nor loaded by this server, and is not"
                    + " replaced; move it away, or bring its data in with ./nvm-redis import");
        }
    }

    /**
     * Creates the files of a server that has found no data.
     *
     * @param persistence the server's persistence, whose name goes into the files that it writes
     */
    public OwnFiles(String persistence) {
        this(persistence, 0);
    }

    /**
     * Creates the files of a server.
     *
     * @param persistence the server's persistence, whose name goes into the files that it writes
     * @param openedLsn LSN of the last transaction of the data that the server has found
     */
    public OwnFiles(String persistence, long openedLsn) {
        this.persistence = persistence;
        this.openedLsn = openedLsn;
    }

    String persistence() {
        return persistence;
    }

    /** Adds a file in its present state, which is about to be loaded or has been written. */
    public void add(Path file) {
        State state = State.of(file);
        if (state != null) {
            known.put(file, state);
        }
    }

    /**
     * Does nothing if this file may be replaced or does not exist.
     *
     * @throws PersistenceException if it may not be replaced; its message is told to the client
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
