package io.nvmredis.it.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/** What every refused start has in common. */
public final class Refusals {
    /** Wrong options; as most programs have it. */
    public static final int USAGE = 2;

    /** The options are right, but what they ask for cannot be done. */
    public static final int FAILURE = 1;

    private Refusals() {}

    /** One line on stderr that has all of these in it, nothing on stdout, and this exit status. */
    public static void assertRefused(ServerProcess.Exit exit, int status, String... fragments) {
        assertThat(exit.err()).as("stderr, exit status %d", exit.status()).hasSize(1);
        assertThat(exit.err().get(0)).contains(fragments).doesNotContain("Exception");
        assertThat(exit.out()).as("stdout").isEmpty();
        assertThat(exit.status()).as("exit status of: %s", exit.err()).isEqualTo(status);
    }

    /** The size and checksum of every file, to tell whether a refused start has changed one. */
    public static Map<String, List<Long>> fingerprint(Path directory) throws IOException {
        Map<String, List<Long>> files = new TreeMap<>();
        try (var all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                CRC32 checksum = new CRC32();
                checksum.update(Files.readAllBytes(file));
                String name = directory.relativize(file).toString();
                // Says who has the directory open, and holds no data.
                if (!name.equals("LOCK")) {
                    files.put(name, List.of(Files.size(file), checksum.getValue()));
                }
            }
        }
        return files;
    }
}
