package io.nvmredis.it;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;

/** What an attacker looks for on a classpath: a class that does something when it is deserialised. */
final class SideEffect implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String file;

    SideEffect(Path file) {
        this.file = file.toString();
    }

    private void readObject(ObjectInputStream input) throws IOException, ClassNotFoundException {
        input.defaultReadObject();
        Files.createFile(Path.of(file));
    }
}
