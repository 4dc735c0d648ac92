package io.nvmredis.transfer;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Names of files as users give them. */
final class FileNames {
    private FileNames() {}

    /** Returns the file of this name; if there can be none, adds a fault and returns null. */
    static @Nullable Path check(String name, List<String> faults) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            faults.add("'" + name + "' cannot be the name of a file: " + e.getReason());
            return null;
        }
    }
}
