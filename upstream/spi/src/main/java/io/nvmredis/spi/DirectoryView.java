package io.nvmredis.spi;

import io.nvmredis.spi.errors.PersistenceException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Data of a directory that nobody changes, open for reading. One thread. */
public interface DirectoryView extends AutoCloseable {

    /**
     * Shows all keys, in no order, and those of the libraries of functions.
     *
     * @param damaged receives the exception for each that cannot be read
     */
    void visitKeys(KeyVisitor visitor, Consumer<PersistenceException> damaged);

    /** Returns the description of a key, or null if there is none. */
    @Nullable
    KeyInfo find(int database, byte[] key);

    /** Shows the value of a key. Returns what {@link #find} returns. */
    @Nullable
    KeyInfo load(int database, byte[] key, ValueVisitor visitor);

    @Override
    void close();
}
