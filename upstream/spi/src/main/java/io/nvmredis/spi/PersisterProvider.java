package io.nvmredis.spi;

import io.nvmredis.spi.errors.ConfigurationException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes persisters of one kind; registered in {@code META-INF/services}. */
public interface PersisterProvider {

    /** The name a user chooses it by, as in {@code --persistence nvm-aof}. */
    String name();

    /** One line for the command line's help. */
    String description();

    /** The settings it understands beyond the directory; the command line offers each as {@code --name value}. */
    List<PersisterSetting> settings();

    /**
     * A persister that is not yet open and has touched nothing.
     *
     * @throws ConfigurationException if a setting has a bad value; it names every fault at once
     */
    Persister create(PersisterConfig config);

    /**
     * Where data of this kind are in the directory, whoever has written them: a file or a directory; null if there are
     * none. Changes nothing, and does not look whether they can be read.
     */
    default @Nullable Path dataIn(PersisterConfig config) {
        return null;
    }

    /**
     * Whether data of this kind have been kept in the directory, though nothing may be left of them: all keys have been
     * deleted or have expired. A start that was never written to is not enough. Changes nothing.
     */
    default boolean wasUsedIn(PersisterConfig config) {
        return false;
    }

    /** Whether those are files of Redis's, which an import reads as they are. */
    default boolean keepsFilesOfRedis() {
        return false;
    }
}
