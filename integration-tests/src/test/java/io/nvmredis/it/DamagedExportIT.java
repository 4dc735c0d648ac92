package io.nvmredis.it;

import static io.nvmredis.it.kit.Refusals.FAILURE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An export of data of which one key is damaged says which, and leaves no file that could be taken for all of them. */
class DamagedExportIT {
    private static final int KEYS = 200;
    private static final String MARK = "value of key:77 ";

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    @ParameterizedTest
    @CsvSource({"rdb, yes", "aof, yes", "aof, no"})
    void shouldNameTheKeyAndLeaveNothing(String format, String preamble) throws Exception {
        fill();
        flipOneBit();
        Path target = Files.createDirectory(directory.path("target"));
        assertFailedAtTheKey(export(format, preamble, target));
        assertThat(files(target)).isEmpty();

        flipOneBit();
        assertThat(export(format, preamble, target).status()).isZero();
        List<Path> whole = files(target);
        assertThat(whole).isNotEmpty();

        // What was written when all was well stays, though it is to be replaced.
        flipOneBit();
        byte[] before = Files.readAllBytes(whole.get(0));
        assertFailedAtTheKey(export(format, preamble, target, "--force"));
        assertThat(files(target)).isEqualTo(whole);
        assertThat(Files.readAllBytes(whole.get(0))).isEqualTo(before);
    }

    /** Where the damage is stands in the log as well. */
    private static void assertFailedAtTheKey(ServerProcess.Exit exit) {
        assertThat(exit.status()).as("exit status of: %s", exit.err()).isEqualTo(FAILURE);
        assertThat(exit.out()).isEmpty();
        assertThat(exit.err()).isNotEmpty();
        assertThat(exit.err().get(exit.err().size() - 1))
                .startsWith("nvm-redis: the key 'key:77' cannot be read: ")
                .contains("heap-", "offset")
                .doesNotContain("Exception");
    }

    private ServerProcess.Exit export(String format, String preamble, Path target, String... options)
            throws IOException, InterruptedException {
        List<String> words =
                new ArrayList<>(List.of("--format", format, "--aof-use-rdb-preamble", preamble, target.toString()));
        words.addAll(List.of(options));
        return directory
                .transfer("export", directory.data(), words.toArray(String[]::new))
                .run();
    }

    private void fill() throws Exception {
        try (ServerProcess server = directory
                        .server()
                        .domain("emulated")
                        .with("--nvm-segment-size", "1mb")
                        .start();
                RespClient client = server.connect()) {
            for (int i = 0; i < KEYS; i++) {
                assertThat(client.call("SET", "key:" + i, "value of key:" + i + " " + "z".repeat(500)))
                        .isEqualTo("OK");
            }
            await().until(() -> !heapsWithMark().isEmpty());
            assertThat(server.terminate().status()).isZero();
        }
    }

    private List<Path> heapsWithMark() throws IOException {
        try (Stream<Path> all = Files.list(directory.data())) {
            return all.filter(file -> file.getFileName().toString().startsWith("heap-"))
                    .filter(file -> offset(file) >= 0)
                    .toList();
        }
    }

    private static long offset(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).indexOf(MARK);
        } catch (NoSuchFileException e) {
            // The server that runs has given it its final name, or deleted it.
            return -1;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Flips one bit of the value wherever it is kept, behind what it is found by; the second time all is as it was. */
    private void flipOneBit() throws IOException {
        List<Path> heaps = heapsWithMark();
        assertThat(heaps).isNotEmpty();
        for (Path heap : heaps) {
            long at = offset(heap) + MARK.length() + 20;
            try (RandomAccessFile bytes = new RandomAccessFile(heap.toFile(), "rw")) {
                bytes.seek(at);
                int flipped = bytes.read() ^ 1;
                bytes.seek(at);
                bytes.write(flipped);
            }
        }
    }

    private static List<Path> files(Path target) throws IOException {
        try (Stream<Path> all = Files.walk(target)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
