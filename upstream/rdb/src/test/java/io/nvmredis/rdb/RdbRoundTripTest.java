package io.nvmredis.rdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.rdb.MemoryDataSet.Value;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.ValueType;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written is read back as it was, and says of itself what it should. */
class RdbRoundTripTest {
    private static final long SEED = System.nanoTime();

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("dump.rdb");
    }

    static Stream<RdbOptions> options() {
        return Stream.of(RdbOptions.DEFAULT, new RdbOptions(false, true, false), new RdbOptions(true, false, true));
    }

    @ParameterizedTest
    @MethodSource("options")
    void shouldReadBackWhatItWrites(RdbOptions options) throws IOException {
        System.out.println("seed " + SEED);
        for (int round = 0; round < 20; round++) {
            MemoryDataSet data = new RandomDataSets(SEED + round, round % 2 == 0).make(200);
            write(data, options);
            RdbLoadReport report = assertLoadsAs(data);
            assertThat(report.endOffset()).isEqualTo(Files.size(file));
            Files.delete(file);
        }
    }

    @Test
    void shouldWriteAnEmptyDataSet() throws IOException {
        MemoryDataSet data = new MemoryDataSet();
        write(data, RdbOptions.DEFAULT);
        assertThat(assertLoadsAs(data).keyCount()).isZero();
    }

    @Test
    void shouldSayTheVersionThatRedis70LoadsUnlessFieldsHaveDeadlines() throws IOException {
        MemoryDataSet data = new MemoryDataSet();
        Value hash = data.put(0, "hash", ValueType.HASH);
        for (int i = 0; i < 100_000; i++) {
            hash.map.put("field" + i, "value" + i);
        }
        write(data, RdbOptions.DEFAULT);
        assertThat(assertLoadsAs(data).version()).isEqualTo(10);

        Files.delete(file);
        // Neither the first one nor the last one: some fields are encoded before it is known.
        hash.fieldDeadlines.put("field5", System.currentTimeMillis() + 1_000_000);
        // What is behind the hash has to be far enough for the header to be written out.
        data.set("zzz", "x".repeat(3 << 20));
        write(data, RdbOptions.DEFAULT);
        assertThat(assertLoadsAs(data).version()).isEqualTo(12);
    }

    @Test
    void shouldPutRightTheNumberOfNodesOfAStreamThatIsWrittenOutMeanwhile() throws IOException {
        MemoryDataSet data = new MemoryDataSet();
        Value stream = data.put(0, "stream", ValueType.STREAM);
        for (int i = 1; i < 50_000; i++) {
            stream.entries.put(new MemoryDataSet.StreamId(i, 0), Arrays.asList("field", "x".repeat(100) + i));
        }
        stream.lastId = stream.entries.lastKey();
        write(data, new RdbOptions(false, true, false));
        assertThat(Files.size(file)).isGreaterThan(4 << 20);
        assertLoadsAs(data);
    }

    @Test
    void shouldLeaveOutWhatHasExpiredUnlessItIsToldNotTo() throws IOException {
        MemoryDataSet data = new MemoryDataSet();
        data.set("stays", "1");
        data.set("expired", "2");
        data.database(0).get("expired").deadline = 1_000;
        Value hash = data.put(0, "hash", ValueType.HASH);
        hash.map.put("stays", "1");
        hash.map.put("expired", "2");
        hash.fieldDeadlines.put("expired", 1_000L);
        Value emptied = data.put(0, "emptied", ValueType.HASH);
        emptied.map.put("expired", "2");
        emptied.fieldDeadlines.put("expired", 1_000L);
        write(data, RdbOptions.DEFAULT);

        MemoryDataSet all = new MemoryDataSet();
        load(RdbLoadOptions.DEFAULT.withDropsExpired(false), all);
        all.assertHolds(data);

        MemoryDataSet rest = new MemoryDataSet();
        RdbLoadReport report = load(RdbLoadOptions.DEFAULT, rest);
        assertThat(rest.content().get(0).keySet()).containsExactly("hash", "stays");
        assertThat(rest.content().get(0).get("hash").map).containsOnlyKeys("stays");
        assertThat(report.keyCount()).isEqualTo(2);
        assertThat(report.expiredKeyCount()).isEqualTo(2);
    }

    @Test
    void shouldSplitWhatIsLargeAndGroupWhatIsSmall() throws IOException {
        MemoryDataSet data = new MemoryDataSet();
        for (int i = 0; i < 1000; i++) {
            data.set("key" + i, "value");
        }
        write(data, RdbOptions.DEFAULT);
        assertThat(assertLoadsAs(data).transactionCount()).isEqualTo(1);

        Files.delete(file);
        Value list = data.put(3, "list", ValueType.LIST);
        for (int i = 0; i < 10_000; i++) {
            list.list.add("element with some text in it, number " + i);
        }
        write(data, RdbOptions.DEFAULT);
        assertThat(assertLoadsAs(data).transactionCount()).isBetween(5L, 20L);
    }

    @Test
    void shouldKnowTheLsnThatItWasSavedAt() throws IOException {
        MemoryDataSet data = new MemoryDataSet();
        data.apply(4711, new byte[0], 0, 0);
        write(data, RdbOptions.DEFAULT);
        assertThat(assertLoadsAs(data).savedLsn()).isEqualTo(4711);
    }

    @Test
    void shouldLeaveTheInputBehindTheEnd() throws IOException {
        MemoryDataSet data = new MemoryDataSet();
        data.set("key", "value");
        write(data, RdbOptions.DEFAULT);
        long rdbLength = Files.size(file);
        Files.write(file, MemoryDataSet.bytes("*1\r\n$4\r\nPING\r\n"), StandardOpenOption.APPEND);

        MemoryDataSet loaded = new MemoryDataSet();
        RdbInput input = new RdbInput(Files.newInputStream(file), "base", -1, LoadingListener.NONE);
        RdbLoadReport report = new RdbLoader(input, RdbLoadOptions.DEFAULT, loaded).load();
        assertThat(report.endOffset()).isEqualTo(rdbLength);
        assertThat(input.rest().readAllBytes()).asString().isEqualTo("*1\r\n$4\r\nPING\r\n");
        loaded.assertHolds(data);
    }

    private void write(MemoryDataSet data, RdbOptions options) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                Snapshot snapshot = data.cut(lsn -> {})) {
            assertThat(RdbFile.write(snapshot, channel, options, RdbFile.Progress.NONE))
                    .isEqualTo(Files.size(file));
        }
    }

    private RdbLoadReport load(RdbLoadOptions options, MemoryDataSet target) {
        return RdbLoader.load(file, options, target, LoadingListener.NONE);
    }

    private RdbLoadReport assertLoadsAs(MemoryDataSet expected) {
        MemoryDataSet loaded = new MemoryDataSet();
        RdbLoadReport report = load(RdbLoadOptions.DEFAULT, loaded);
        loaded.assertHolds(expected);
        return report;
    }
}
