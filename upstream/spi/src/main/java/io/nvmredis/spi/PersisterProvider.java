package io.nvmredis.spi;

import io.nvmredis.spi.errors.ConfigurationException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes persisters of one kind; registered in {@code META-INF/services}. */
public interface PersisterProvider {

    /** Returns the name by which a user chooses it, as in {@code --persistence nvm-aof}. */
    String name();

    /** Returns one line for the command line's help. */
    String description();

    /** Returns the settings it has beyond the directory; the command line offers each as {@code --name value}. */
    List<PersisterSetting> settings();

    /**
     * Makes a persister, which is not yet open and has touched nothing.
     *
     * @throws ConfigurationException if a setting has a bad value; it names every fault at once
     */
    Persister create(PersisterConfig config);

    /**
     * Returns the file or directory that holds data of this kind in the configured directory, whichever server has
     * written them; null if there are none. Changes nothing, and does not check whether the data can be read.
     */
    default @Nullable Path dataIn(PersisterConfig config) {
        return null;
    }

    /**
     * Returns whether data of this kind have been kept in the directory, though none may be left: all keys may have
     * been deleted or have expired. Files of a server that has never been written to do not count. Changes nothing.
     */
    default boolean wasUsedIn(PersisterConfig config) {
        return false;
    }

    /** Returns whether the files of this kind are files of Redis, which an import reads as they are. */
    default boolean keepsFilesOfRedis() {
        return false;
    }

    /**
     * Returns the object that looks into the configured directory without opening it for writing; null if this kind has
     * none. Touches no file.
     */
    default @Nullable DirectoryInspector inspector(PersisterConfig config) {
        return null;
    }
}
