package io.nvmredis.it.soak;

import io.nvmredis.it.kit.MountNamespace;
import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.SteppedClock;
import io.nvmredis.it.kit.TestDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Random;

/** Where the server of an arm keeps its data, and what can be done to it there. One thread at a time. */
final class Place implements AutoCloseable {
    private static final int DISK_MEGABYTES = 96;
    private static final int HOURS = 3;

    private final TestDirectory directory;
    private final MountNamespace disk;
    private final SteppedClock clock;
    private Path data;
    private int transfers;

    Place(TestDirectory directory, Arm arm) throws Exception {
        this.directory = directory;
        directory.placeFor(arm.domain());
        if (arm == Arm.FULL_DISK) {
            Requirement.requireMount();
            Path mountPoint = Files.createDirectory(directory.path("disk"));
            disk = MountNamespace.smallFileSystem(mountPoint, DISK_MEGABYTES);
            data = mountPoint.resolve("data");
        } else {
            disk = null;
            data = directory.data();
        }
        clock = arm == Arm.CLOCK ? new SteppedClock(directory.path("clock")) : null;
    }

    ServerProcess.Builder server() {
        ServerProcess.Builder server = directory.server(data).jvm("-XX:+ExitOnOutOfMemoryError");
        if (disk != null) {
            server.wrappedBy(disk.enter());
        }
        if (clock != null) {
            server.wrappedBy(clock.enter());
        }
        return server;
    }

    /** Puts the clock to some other time, if it is one that can be. */
    void stepClock(Random random) throws IOException {
        long seconds = Duration.ofHours(HOURS).toSeconds();
        long ahead = random.nextLong(-seconds, seconds);
        if (clock != null) {
            clock.step(Duration.ofSeconds(ahead));
        }
    }

    /** Leaves no more than this of the disk. */
    void fillDisk(long freeBytes) throws IOException {
        Path filler = filler();
        try (FileChannel file = FileChannel.open(filler, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocate(1 << 20);
            while (filler.toFile().getUsableSpace() > freeBytes + block.capacity()) {
                block.clear();
                file.write(block);
            }
        }
    }

    void freeDisk() throws IOException {
        if (disk != null) {
            Files.deleteIfExists(filler());
        }
    }

    private Path filler() {
        return disk.fromOutside().resolve("filler");
    }

    /** What there is to keep when a fault has been found. */
    Path dataToKeep() {
        return disk == null ? data : disk.fromOutside().resolve("data");
    }

    /** A new directory of the server's, for an import. */
    Path next() {
        return directory.path("data" + ++transfers);
    }

    /** Exports or imports with these words. */
    ServerProcess.Builder transfer(String command, Path at, String... words) {
        return directory.transfer(command, at, words).domain("emulated");
    }

    /** A server in a directory that is not the arm's. */
    ServerProcess.Builder serverIn(Path other) {
        return directory.server(other).domain("emulated");
    }

    Path exportTarget() {
        return directory.path("exported");
    }

    Path data() {
        return data;
    }

    void moveTo(Path other) {
        data = other;
    }

    @Override
    public void close() {
        if (disk != null) {
            disk.close();
        }
    }
}
