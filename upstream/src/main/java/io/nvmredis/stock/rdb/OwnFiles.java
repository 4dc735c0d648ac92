package io.nvmredis.stock.rdb;

import io.nvmredis.spi.PersistenceException;
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
 * with the same persistence has written it. Any thread.
 */
public final class OwnFiles {
    private final String persistence;
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

    /** Those of a server with this persistence, whose name goes into what it writes. */
    public OwnFiles(String persistence) {
        this.persistence = persistence;
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
        if (state != null && !state.equals(known.get(file)) && !persistence.equals(RdbFile.writer(file))) {
            throw new PersistenceException("ERR " + file + " was neither written nor loaded by this server, and is not"
                    + " replaced; move it away, or bring its data in with ./nvm-redis import");
        }
    }
}
