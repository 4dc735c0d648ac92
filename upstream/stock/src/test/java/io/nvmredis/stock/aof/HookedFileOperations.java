package io.nvmredis.stock.aof;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** Does something before and after each change of a file. */
class HookedFileOperations extends FileOperations {

    /** Told of each operation by a word; what it throws before it keeps it from being done. */
    interface Hook {
        void before(String operation) throws IOException;

        default void after(String operation) {}
    }

    private volatile Hook hook = operation -> {};

    void hook(Hook newHook) {
        hook = newHook;
    }

    private interface Operation<T> {
        T run() throws IOException;
    }

    private <T> T hooked(String name, Operation<T> operation) throws IOException {
        hook.before(name);
        T result = operation.run();
        hook.after(name);
        return result;
    }

    @Override
    RandomAccessFile create(Path path) throws IOException {
        return hooked("create " + path.getFileName(), () -> super.create(path));
    }

    @Override
    RandomAccessFile openToAppend(Path path) throws IOException {
        return hooked("open " + path.getFileName(), () -> super.openToAppend(path));
    }

    @Override
    void write(RandomAccessFile file, byte[] bytes, int offset, int length) throws IOException {
        hooked("write", () -> {
            super.write(file, bytes, offset, length);
            return 0;
        });
    }

    @Override
    void sync(RandomAccessFile file) throws IOException {
        hooked("sync", () -> {
            super.sync(file);
            return 0;
        });
    }

    @Override
    void truncate(RandomAccessFile file, long length) throws IOException {
        hooked("truncate", () -> {
            super.truncate(file, length);
            return 0;
        });
    }

    @Override
    void rename(Path from, Path to) throws IOException {
        hooked("rename " + from.getFileName() + " " + to.getFileName(), () -> {
            super.rename(from, to);
            return 0;
        });
    }

    @Override
    void syncDirectory(Path directory) throws IOException {
        hooked("syncDirectory", () -> {
            super.syncDirectory(directory);
            return 0;
        });
    }

    @Override
    void delete(Path path) throws IOException {
        hooked("delete " + path.getFileName(), () -> {
            super.delete(path);
            return 0;
        });
    }
}
