package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import io.nvmredis.engine.catalog.Arguments;
import java.util.List;

/**
 * Words of {@code MIGRATE host port key|"" database timeout [COPY] [REPLACE] [AUTH password] [AUTH2 user password] [KEYS
 * key …]}.
 *
 * @param port 0, where no server is reached, if the word is no port
 * @param credentials user and password, or the password alone, or nothing
 */
record MigrateWords(
        String host,
        int port,
        List<Slice> keys,
        long database,
        long timeoutMillis,
        boolean copies,
        boolean replaces,
        List<Slice> credentials) {
    private static final int FIRST_OPTION = 5;
    private static final int MAX_PORT = 65_535;
    private static final long DEFAULT_TIMEOUT_MILLIS = 1_000;

    static MigrateWords read(Arguments arguments) {
        boolean copies = false;
        boolean replaces = false;
        List<Slice> credentials = List.of();
        List<Slice> keys = arguments.words(2, 3);
        for (int i = FIRST_OPTION; i < arguments.count(); i++) {
            int left = arguments.count() - 1 - i;
            if (arguments.is(i, "copy")) {
                copies = true;
            } else if (arguments.is(i, "replace")) {
                replaces = true;
            } else if (arguments.is(i, "auth") && left >= 1) {
                credentials = arguments.words(i + 1, i + 2);
                i++;
            } else if (arguments.is(i, "auth2") && left >= 2) {
                credentials = arguments.words(i + 1, i + 3);
                i += 2;
            } else if (arguments.is(i, "keys")) {
                if (arguments.word(2).length() > 0) {
                    throw new ArgumentException(
                            "ERR When using MIGRATE KEYS option, the key argument must be set to the"
                                    + " empty string");
                }
                keys = arguments.words(i + 1, arguments.count());
                break;
            } else {
                throw Arguments.syntaxError();
            }
        }
        long timeout = arguments.integer(4);
        long database = arguments.integer(3);
        return new MigrateWords(
                arguments.word(0).toString(),
                port(arguments.word(1).toString()),
                keys,
                database,
                timeout <= 0 ? DEFAULT_TIMEOUT_MILLIS : timeout,
                copies,
                replaces,
                credentials);
    }

    private static int port(String word) {
        try {
            int port = Integer.parseInt(word);
            return port >= 0 && port <= MAX_PORT ? port : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
