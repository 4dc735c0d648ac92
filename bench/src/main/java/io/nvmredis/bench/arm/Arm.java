package io.nvmredis.bench.arm;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One of the servers that are compared.
 *
 * @param name on the command line and in tables
 * @param promise what an acknowledged write means with it, for the report; of our own servers, what they say themselves
 *     takes its place
 * @param parent directory in which its data directories are made
 * @param medium what its data are written to, and how that is counted
 * @param recipe how it is started
 */
public record Arm(String name, String promise, Path parent, Medium medium, Recipe recipe) {

    /** Where the bytes go. */
    public enum Medium {
        /** Through the kernel: what it counts for the process is what is written. */
        DISK,
        /** By stores into mapped memory: nobody but the server can count them. */
        MAPPED_MEMORY
    }

    /** How a server is started. */
    @FunctionalInterface
    public interface Recipe {
        Command command(Path directory, int port) throws UnavailableException;
    }

    /** Words of a command line, and what is added to its environment. */
    public record Command(List<String> words, Map<String, String> environment) {
        public Command(List<String> words) {
            this(words, Map.of());
        }

        @Override
        public String toString() {
            String variables = environment.entrySet().stream()
                    .filter(variable -> !variable.getKey().equals("JAVA_HOME"))
                    .map(variable -> variable.getKey() + "='" + variable.getValue() + "' ")
                    .collect(Collectors.joining());
            return variables
                    + words.stream().map(word -> word.isEmpty() ? "''" : word).collect(Collectors.joining(" "));
        }
    }
}
