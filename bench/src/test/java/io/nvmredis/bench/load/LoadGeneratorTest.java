package io.nvmredis.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.server.NvmRedisServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LoadGeneratorTest {
    private static final DataShape KEYS = new DataShape(1000, 100, 4096);
    private static final long MILLIS = 1_000_000;

    @TempDir
    private Path directory;

    private NvmRedisServer server;

    @BeforeEach
    void start() {
        server = NvmRedisServer.builder()
                .port(0)
                .dir(directory)
                .persistence("none")
                .build()
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldRunEachWorkloadWithoutAnError(Workload workload) throws IOException {
        try (LoadGenerator generator = new LoadGenerator(server.port(), 3)) {
            LoadResult result = generator.closedLoop(workload.operations(KEYS, 1), 4, 1_000 * MILLIS);
            assertThat(result.operationCount()).isPositive();
            assertThat(result.timeline().stream().mapToLong(Long::longValue).sum())
                    .as("the timeline has what was counted, and nothing else")
                    .isEqualTo(result.operationCount());
            assertThat(result.latency().getTotalCount())
                    .as("each answer has a latency, also those after the end")
                    .isBetween(result.operationCount(), result.operationCount() + 3 * 4);
            assertThat(result.payloadBytes() > 0)
                    .as("what is read is not there, and what is written counts")
                    .isEqualTo(workload != Workload.GET);
            assertThat(generator.nilCount() > 0)
                    .as("reads find nothing, since nothing was filled; nobody else reads")
                    .isEqualTo(Set.of(Workload.GET, Workload.GET_SET, Workload.ZIPF)
                            .contains(workload));
        }
        if (workload != Workload.LIST && workload != Workload.GET) {
            // Of a list all that is put in is taken out.
            assertThat(server.keyCount()).isPositive();
        }
    }

    @Test
    void shouldFillWithTheKeysAndValuesThatItSays() throws IOException {
        try (LoadGenerator generator = new LoadGenerator(server.port(), 1)) {
            Operations fill = Workload.fill(KEYS);
            long filled = 0;
            while (filled < KEYS.keyCount()) {
                filled += generator.closedLoop(fill, 16, 100 * MILLIS).operationCount();
            }
            assertThat(server.keyCount()).isEqualTo(KEYS.keyCount());
            LoadResult read = generator.closedLoop(Workload.GET_SET.operations(KEYS, 2), 16, 100 * MILLIS);
            assertThat(read.operationCount()).isPositive();
            assertThat(generator.nilCount()).as("every key is there").isZero();
        }
        ByteBuffer buffer = ByteBuffer.allocate(1024);
        Workload.fill(KEYS, 7).next(buffer);
        assertThat(new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII))
                .isEqualTo("*3\r\n$3\r\nSET\r\n$16\r\n" + Workload.keyName(7) + "\r\n$100\r\n" + Workload.value(KEYS, 7)
                        + "\r\n");
    }

    @Test
    void shouldFailLoudlyAtAnErrorReply() throws IOException {
        try (LoadGenerator generator = new LoadGenerator(server.port(), 2)) {
            assertThatThrownBy(() -> generator.closedLoop(new Nonsense(), 2, 50 * MILLIS))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("replies were errors")
                    .hasMessageContaining("NONSENSE");
        }
    }

    @Test
    void shouldFailWhenTheServerGoesAway() throws IOException {
        try (LoadGenerator generator = new LoadGenerator(server.port(), 2)) {
            generator.closedLoop(Workload.SET.operations(KEYS, 1), 1, 20 * MILLIS);
            server.close();
            assertThatThrownBy(() -> generator.closedLoop(Workload.SET.operations(KEYS, 1), 1, 20 * MILLIS))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void shouldKeepTheRateOfAnOpenLoop() throws IOException {
        try (LoadGenerator generator = new LoadGenerator(server.port(), 5)) {
            LoadResult result = generator.openLoop(Workload.SET.operations(KEYS, 1), 500, 400 * MILLIS);
            assertThat(result.latency().getTotalCount())
                    .as("all that the schedule has were sent")
                    .isEqualTo(200);
            assertThat(result.lateness().getTotalCount()).isEqualTo(200);
            assertThat(result.unfinishedCount()).isZero();
        }
    }

    /** 1000 a second and a stall of 300 ms in a second: some 300 operations wait, not one. */
    @Test
    void shouldNotOmitWhoCameDuringAStall() throws IOException {
        try (StallingServer stalling = new StallingServer(200 * MILLIS, 300 * MILLIS);
                LoadGenerator generator = new LoadGenerator(stalling.port(), 1)) {
            LoadResult result = generator.openLoop(Workload.SET.operations(KEYS, 1), 1000, 1000 * MILLIS);
            assertThat(result.latency().getTotalCount()).isEqualTo(1000);
            assertThat(result.latency().getCountBetweenValues(100 * MILLIS, Long.MAX_VALUE / 2))
                    .as("operations that waited 100 ms or more")
                    .isGreaterThan(150);
            assertThat(result.longestStallNanos()).isGreaterThan(250 * MILLIS);
        }
    }

    @Test
    void shouldCountAStallOfAClosedLoopAsOne() throws IOException {
        try (StallingServer stalling = new StallingServer(100 * MILLIS, 300 * MILLIS);
                LoadGenerator generator = new LoadGenerator(stalling.port(), 1)) {
            LoadResult result = generator.closedLoop(Workload.SET.operations(KEYS, 1), 1, 600 * MILLIS);
            assertThat(result.longestStallNanos()).isGreaterThan(250 * MILLIS);
            assertThat(result.latency().getMaxValue()).isGreaterThan(250 * MILLIS);
            assertThat(result.timeline()).as("a stall shows over time").contains(0L);
        }
    }

    /** A command that no server has. */
    private static final class Nonsense implements Operations {
        @Override
        public int next(ByteBuffer buffer) {
            buffer.put("*1\r\n$8\r\nNONSENSE\r\n".getBytes(StandardCharsets.US_ASCII));
            return 0;
        }

        @Override
        public int largestLength() {
            return 32;
        }
    }
}
