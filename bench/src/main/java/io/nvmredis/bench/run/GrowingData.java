package io.nvmredis.bench.run;

import io.nvmredis.bench.arm.Arm;
import io.nvmredis.bench.arm.RunningServer;
import io.nvmredis.bench.arm.UnavailableException;
import io.nvmredis.bench.load.DataShape;
import io.nvmredis.bench.load.LoadGenerator;
import io.nvmredis.bench.load.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The data of an arm in a directory, which grow from one size to the next. */
public final class GrowingData {
    private static final int PIPELINE = 64;
    private static final int CONNECTIONS = 8;

    private final Arm arm;
    private final Path directory;
    private final int valueLength;
    private int keyCount;

    /** None yet. */
    public GrowingData(Arm arm, Path directory, int valueLength) {
        this.arm = arm;
        this.directory = directory;
        this.valueLength = valueLength;
    }

    /**
     * Starts a server, gives it keys until there are so many gigabytes of keys and values, and ends it.
     *
     * @param end how
     */
    public DataShape growTo(double gigabytes, Consumer<RunningServer> end) throws IOException, UnavailableException {
        int bytesPerKey = valueLength + Workload.keyName(0).length();
        DataShape keys = new DataShape((int) (gigabytes * (1L << 30) / bytesPerKey), valueLength, valueLength);
        try (RunningServer server = RunningServer.start(arm, directory)) {
            try (LoadGenerator generator = new LoadGenerator(server.port(), CONNECTIONS)) {
                generator.closedLoopOf(Workload.fill(keys, keyCount), PIPELINE, keys.keyCount() - keyCount);
            } catch (IOException e) {
                server.requireAlive();
                throw e;
            }
            end.accept(server);
        }
        keyCount = keys.keyCount();
        return keys;
    }
}
