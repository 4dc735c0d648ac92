package io.nvmredis.it;

import static io.nvmredis.it.kit.Refusals.FAILURE;
import static io.nvmredis.it.kit.Refusals.assertRefused;
import static io.nvmredis.it.kit.Refusals.fingerprint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.kit.MountNamespace;
import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A directory that cannot be served is refused, and left as it was. */
class DirectoryErrorsIT {
    private static final String SUPERBLOCK = "nvm.superblock";

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    @Test
    void shouldRefuseADirectoryThatIsInUse() throws Exception {
        try (ServerProcess first = server().start();
                RespClient client = first.connect()) {
            client.call("SET", "a", "1");
            awaitRest();
            Map<String, List<Long>> before = fingerprint(directory.data());
            assertRefused(server().run(), FAILURE, directory.data().toString(), "in use", Long.toString(first.pid()));
            assertThat(fingerprint(directory.data())).isEqualTo(before);
            assertThat(client.call("SET", "b", "2")).isEqualTo("OK");
            first.kill();
        }
        try (ServerProcess again = server().start();
                RespClient client = again.connect()) {
            assertThat(client.call("MGET", "a", "b")).isEqualTo(List.of("1", "2"));
        }
    }

    /** What has been written is applied and segments are made ready in the background. */
    private void awaitRest() {
        List<Map<String, List<Long>>> seen = new ArrayList<>();
        // Files may come and go while they are read.
        await().ignoreExceptions()
                .pollInterval(Duration.ofMillis(700))
                .atMost(Duration.ofSeconds(30))
                .until(() -> {
                    seen.add(fingerprint(directory.data()));
                    return seen.size() > 1 && seen.get(seen.size() - 1).equals(seen.get(seen.size() - 2));
                });
    }

    @Test
    void shouldRefuseAFileInPlaceOfADirectory() throws Exception {
        Files.writeString(directory.data(), "mine");
        assertRefused(server().run(), FAILURE, directory.data().toString());
        assertThat(directory.data()).hasContent("mine");
    }

    @Test
    void shouldRefuseADirectoryItMayNotWriteTo() throws Exception {
        Files.createDirectory(directory.data());
        if (!System.getProperty("user.name").equals("root")) {
            Files.setPosixFilePermissions(directory.data(), PosixFilePermissions.fromString("r-xr-xr-x"));
            assertRefused(server().run(), FAILURE, directory.data().toString());
            return;
        }
        // Permissions do not hold root back; a file system that is mounted read-only does.
        Requirement.requireMount();
        try (MountNamespace mounts = MountNamespace.readOnly(directory.data())) {
            assertRefused(
                    server().wrappedBy(mounts.enter()).run(),
                    FAILURE,
                    directory.data().toString());
        }
    }

    @Test
    void shouldRefuseAFormatItDoesNotKnow() throws Exception {
        fillAndKill();
        overwrite(directory.data().resolve(SUPERBLOCK), "REDIS0011 something else ".repeat(10_000));
        assertRefusedUnchanged(SUPERBLOCK);
    }

    @Test
    void shouldRefuseASegmentThatIsNone() throws Exception {
        fillAndKill();
        Path segment = segmentWith("value of key:50");
        overwrite(segment, "not a segment at all ".repeat(10));
        assertRefusedUnchanged(segment.getFileName().toString());
    }

    @Test
    void shouldRefuseALogWhoseSuperblockIsGone() throws Exception {
        fillAndKill();
        Files.delete(directory.data().resolve(SUPERBLOCK));
        assertRefusedUnchanged(SUPERBLOCK);
    }

    @Test
    void shouldSayWhereARecordIsDamaged() throws Exception {
        fillAndKill();
        Path segment = segmentWith("value of key:50");
        long offset = offsetOf(segment, "value of key:50");
        flipOneBit(segment, offset);
        // What has been applied to the table is not read from the log any more.
        assertRightOrRefused(segment);
        flipOneBit(segment, offset);
        try (ServerProcess repaired = server().start();
                RespClient client = repaired.connect()) {
            assertThat(client.call("GET", "key:50")).isEqualTo("value of key:50");
            assertThat(client.call("DBSIZE")).isEqualTo(100L);
        }
    }

    private void assertRightOrRefused(Path damaged) throws Exception {
        try (ServerProcess server = server().launch()) {
            server.runFor(Duration.ofMillis(10));
            try (RespClient client = server.connect()) {
                assertThat(client.call("GET", "key:50")).isEqualTo("value of key:50");
            }
        } catch (AssertionError refused) {
            assertThat(refused.getMessage()).contains(damaged.getFileName().toString(), "offset", "expected", "found");
        }
    }

    private void assertRefusedUnchanged(String... fragments) throws Exception {
        Map<String, List<Long>> before = fingerprint(directory.data());
        assertRefused(server().run(), FAILURE, fragments);
        assertThat(fingerprint(directory.data()))
                .as("files after a refused start")
                .isEqualTo(before);
    }

    /** A hundred transactions, each committed before the next one was sent. */
    private void fillAndKill() throws Exception {
        try (ServerProcess server = server().start();
                RespClient client = server.connect()) {
            for (int i = 0; i < 100; i++) {
                assertThat(client.call("SET", "key:" + i, "value of key:" + i)).isEqualTo("OK");
            }
            server.kill();
        }
    }

    private Path segmentWith(String text) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(directory.data())) {
            files = all.filter(file -> file.getFileName().toString().startsWith("log-"))
                    .toList();
        }
        for (Path file : files) {
            if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
                return file;
            }
        }
        throw new AssertionError("no file holds '" + text + "': " + files);
    }

    private static long offsetOf(Path file, String text) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1).indexOf(text);
    }

    private static void flipOneBit(Path file, long offset) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(offset);
            int flipped = bytes.read() ^ 0x10;
            bytes.seek(offset);
            bytes.write(flipped);
        }
    }

    /** Writes over the beginning of a file; its length stays. */
    private static void overwrite(Path file, String text) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            byte[] written = text.getBytes(StandardCharsets.US_ASCII);
            bytes.write(written, 0, (int) Math.min(written.length, bytes.length()));
        }
    }

    private ServerProcess.Builder server() {
        return directory.server().with("--nvm-segment-size", "1mb");
    }
}
