package io.nvmredis.rdb;

import static org.assertj.core.api.Assertions.assertThat;

import com.moilioncircle.redis.replicator.RedisReplicator;
import com.moilioncircle.redis.replicator.Replicator;
import com.moilioncircle.redis.replicator.rdb.datatype.KeyStringValueTTLHash;
import io.nvmredis.rdb.MemoryDataSet.Value;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.ValueType;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the Redis of the machine is too old to load is read by redis-replicator instead. */
class RdbSecondOpinionTest {
    @TempDir
    Path directory;

    @Test
    void shouldWriteDeadlinesOfFieldsAsOthersReadThem() throws Exception {
        long deadline = System.currentTimeMillis() + 1_000_000;
        MemoryDataSet data = new MemoryDataSet();
        Value hash = data.put(0, "hash", ValueType.HASH);
        for (int i = 0; i < 1000; i++) {
            hash.map.put("field" + i, "some value that may be compressed, number " + i);
            if (i % 3 == 1) {
                hash.fieldDeadlines.put("field" + i, deadline + i);
            }
        }
        Path file = directory.resolve("dump.rdb");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                Snapshot snapshot = data.cut(lsn -> {})) {
            RdbFile.write(snapshot, channel, RdbOptions.DEFAULT, RdbFile.Progress.NONE);
        }

        Map<String, String> fields = new TreeMap<>();
        Map<String, Long> deadlines = new TreeMap<>();
        try (Replicator replicator = new RedisReplicator("redis://" + file)) {
            replicator.addEventListener((source, event) -> {
                if (event instanceof KeyStringValueTTLHash found) {
                    found.getValue().forEach((field, value) -> {
                        fields.put(MemoryDataSet.text(field), MemoryDataSet.text(value.getValue()));
                        if (value.getExpires() != null) {
                            deadlines.put(MemoryDataSet.text(field), value.getExpires());
                        }
                    });
                }
            });
            replicator.open();
        }
        assertThat(fields).isEqualTo(hash.map);
        assertThat(deadlines).isEqualTo(hash.fieldDeadlines);
    }
}
