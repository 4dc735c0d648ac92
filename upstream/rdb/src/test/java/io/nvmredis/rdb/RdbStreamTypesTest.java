package io.nvmredis.rdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.rdb.MemoryDataSet.Consumer;
import io.nvmredis.rdb.MemoryDataSet.Delivery;
import io.nvmredis.rdb.MemoryDataSet.StreamId;
import io.nvmredis.rdb.MemoryDataSet.Value;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams with consumer groups as Redis 5 to 6.2 (type 15), 7.0 (19) and 7.2 (21) write them, made by hand. */
class RdbStreamTypesTest {
    private static final byte[] ID = bytes(new byte[7], 1, new byte[7], 1);

    private static byte[] bytes(Object... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Object part : parts) {
            if (part instanceof Integer number) {
                bytes.write(number);
            } else {
                bytes.writeBytes(part instanceof byte[] some ? some : MemoryDataSet.bytes((String) part));
            }
        }
        return bytes.toByteArray();
    }

    /** A time in milliseconds below 128. */
    private static byte[] time(int millis) {
        return bytes(millis, new byte[7]);
    }

    /** One entry, 1-1, of which there have been three, behind it the last id 5-0; then one group with this last id. */
    private static byte[] stream(int type, int groupMillis, byte[] consumers) {
        byte[] elements = bytes(
                new byte[] {1, 1, 0, 1, 1, 1}, 0x81, "f", 2, new byte[] {0, 1, 2, 1, 0, 1, 0, 1}, 0x81, "v", 2, 4, 1);
        byte[] listpack = bytes(7 + elements.length, new byte[3], 10, 0, elements, 0xFF);
        byte[] state = type == 15 ? new byte[0] : new byte[] {1, 1, 4, 0, 3};
        byte[] read = type == 15 ? new byte[0] : new byte[] {2};
        byte[] group = bytes(1, 1, "g", groupMillis, 0, read, 1, ID, time(90), 7, consumers);
        return bytes(type, 1, "k", 1, 16, ID, listpack.length, listpack, new byte[] {1, 5, 0}, state, group);
    }

    private static byte[] consumer(int type, byte[] id) {
        return bytes(1, 1, "c", time(99), type == 21 ? time(98) : new byte[0], 1, id);
    }

    private static Value loaded(byte[] value) {
        byte[] file = bytes("REDIS0011", value, 0xFF, new byte[8]);
        MemoryDataSet data = new MemoryDataSet();
        RdbInput input = new RdbInput(new ByteArrayInputStream(file), "by hand", file.length, LoadingListener.NONE);
        new RdbLoader(input, RdbLoadOptions.DEFAULT, data).load();
        return data.database(0).get("k");
    }

    @ParameterizedTest
    @CsvSource({"19", "21"})
    void shouldReadWhatThereIsSinceVersion7(int type) {
        Value stream = loaded(stream(type, 4, consumer(type, ID)));
        assertThat(stream.lastId).isEqualTo(new StreamId(5, 0));
        assertThat(stream.maxDeletedId).isEqualTo(new StreamId(4, 0));
        assertThat(stream.lostEntries).isEqualTo(2);
        assertThat(stream.groups.get("g").lastId()).isEqualTo(new StreamId(4, 0));
        assertThat(stream.groups.get("g").entriesRead()).isEqualTo(2);
        Consumer consumer = stream.groups.get("g").consumers().get("c");
        assertThat(consumer.seenMillis()).isEqualTo(99);
        assertThat(consumer.pending()).isEqualTo(Map.of(new StreamId(1, 1), new Delivery(90, 7)));
    }

    /** What Redis 7.0 makes of an older group: it knows how much was read at the ends alone. */
    @ParameterizedTest
    @CsvSource({"0,0", "5,1", "3,-1", "9,-1"})
    void shouldReckonWhatAnOlderGroupHasRead(int groupMillis, int entriesRead) {
        Value stream = loaded(stream(15, groupMillis, consumer(15, ID)));
        assertThat(stream.lostEntries).isZero();
        assertThat(stream.groups.get("g").entriesRead()).isEqualTo(entriesRead);
        assertThat(stream.groups.get("g").consumers()).containsOnlyKeys("c");
    }

    @Test
    void shouldRefuseWhatIsPendingForNobody() {
        byte[] other = bytes(new byte[7], 2, new byte[7], 1);
        assertThatThrownBy(() -> loaded(stream(19, 4, consumer(19, other))))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("its group does not have");
        assertThatThrownBy(() -> loaded(stream(19, 4, bytes(0))))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("belong to no consumer");
    }
}
