package io.nvmredis.it.kit;

import io.nvmredis.spi.testkit.RealRedis;
import io.nvmredis.spi.testkit.TemporaryDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A directory that each test of a class has anew, and the servers that it starts there.
 *
 * <p>The directory is made before the test. After it, servers that still run are killed and all files are deleted, however
 * the test has ended. A field with {@link org.junit.jupiter.api.extension.RegisterExtension} has it:
 *
 * <pre>{@code
 * @RegisterExtension
 * private final TestDirectory directory = TestDirectory.onDisk();
 * }</pre>
 */
public final class TestDirectory implements BeforeEachCallback, AfterEachCallback {
    private static final Duration TRANSFER_DEADLINE = Duration.ofMinutes(3);

    private final boolean isInMemory;
    private final Processes processes = new Processes();
    private Path path;

    private TestDirectory(boolean isInMemory) {
        this.isInMemory = isInMemory;
    }

    /** One where temporary files are. */
    public static TestDirectory onDisk() {
        return new TestDirectory(false);
    }

    /** One in memory where that is possible: what the domain {@code emulated} is made for. */
    public static TestDirectory inMemory() {
        return new TestDirectory(true);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        create();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        delete();
    }

    void create() throws IOException {
        path = isInMemory ? TemporaryFiles.createInMemory() : TemporaryFiles.createOnDisk();
    }

    void delete() {
        processes.endAll();
        if (path != null) {
            TemporaryDirectory.delete(path);
            path = null;
        }
    }

    /** Begins anew in memory if this domain is made for it. */
    public void placeFor(String domain) throws IOException {
        if (domain.equals("emulated")) {
            delete();
            path = TemporaryFiles.createInMemory();
        }
    }

    public Path path() {
        return path;
    }

    public Path path(String name) {
        return path.resolve(name);
    }

    /** Where a server keeps its data unless it is told otherwise. */
    public Path data() {
        return path("data");
    }

    /** Puts into it what is in a ZIP file among the resources of the tests. */
    public void unpack(String resource) throws IOException {
        try (InputStream file = TestDirectory.class.getResourceAsStream(resource);
                ZipInputStream zip = new ZipInputStream(file)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path target = path(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    Files.copy(zip, target);
                }
            }
        }
    }

    /** A server that keeps its data in {@link #data}. */
    public ServerProcess.Builder server() {
        return server(data());
    }

    /** A server that keeps its data in some other directory. */
    public ServerProcess.Builder server(Path data) {
        return command("--port", "0", "--dir", data.toString());
    }

    /** Another use of the launcher than to run a server. */
    public ServerProcess.Builder command(String... words) {
        return new ServerProcess.Builder(processes, words);
    }

    /** The commands {@code import} and {@code export}, on the data of a server. */
    public ServerProcess.Builder transfer(String command, Path data, String... options) {
        List<String> words = new ArrayList<>(List.of(command, "--dir", data.toString()));
        words.addAll(Arrays.asList(options));
        return command(words.toArray(String[]::new)).within(TRANSFER_DEADLINE);
    }

    /** A redis-server that keeps its data in this directory, which is made; it has served a command. */
    public RealRedis redis(Path data, String... options) {
        List<String> words = new ArrayList<>(List.of("--enable-debug-command", "local"));
        words.addAll(Arrays.asList(options));
        return RealRedis.start(processes::start, data, words);
    }
}
