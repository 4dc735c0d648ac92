package io.nvmredis.it.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Runs the subcommands that move data. */
public final class Transfers {
    private static final Duration DEADLINE = Duration.ofMinutes(3);

    private Transfers() {}

    /** A command on a directory of this server's. */
    public static ServerProcess.Builder command(String subcommand, Path directory, String... arguments) {
        List<String> words = new ArrayList<>(List.of(subcommand, "--dir", directory.toString()));
        words.addAll(Arrays.asList(arguments));
        return ServerProcess.command(words.toArray(String[]::new));
    }

    /** Runs one to its end, whatever that is. */
    public static ServerProcess.Exit run(String subcommand, Path directory, String... arguments)
            throws IOException, InterruptedException {
        return command(subcommand, directory, arguments).run(DEADLINE);
    }

    /** Runs one that succeeds, and returns what it says on standard output. */
    public static String succeed(String subcommand, Path directory, String... arguments)
            throws IOException, InterruptedException {
        ServerProcess.Exit exit = run(subcommand, directory, arguments);
        assertThat(exit.status())
                .as("exit status of %s %s: %s", subcommand, Arrays.asList(arguments), exit.err())
                .isZero();
        return String.join("\n", exit.out());
    }
}
