package io.nvmredis.rdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.rdb.MemoryDataSet.Value;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Redis 8.6 to 8.10 and Valkey 9 write, made by hand: there is none of them on the machine. */
class RdbNewVersionsTest {
    private static final long FAR = System.currentTimeMillis() + 1_000_000;
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

    private static byte[] littleEndian(long value) {
        byte[] bytes = new byte[Long.BYTES];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (value >> (i * 8));
        }
        return bytes;
    }

    private static MemoryDataSet load(String magic, Object... parts) {
        MemoryDataSet data = new MemoryDataSet();
        new RdbLoader(input(magic, parts), RdbLoadOptions.DEFAULT.withSkipsUnsupported(true), data).load();
        return data;
    }

    private static RdbInput input(String magic, Object... parts) {
        byte[] file = bytes(magic, bytes(parts), 0xFF, new byte[8]);
        return new RdbInput(new ByteArrayInputStream(file), "by hand", file.length, LoadingListener.NONE);
    }

    /** One entry, 1-1, of one field; then the groups. */
    private static byte[] stream(int type, byte[] groups) {
        byte[] elements = bytes(
                new byte[] {1, 1, 0, 1, 1, 1}, 0x81, "f", 2, new byte[] {0, 1, 2, 1, 0, 1, 0, 1}, 0x81, "v", 2, 4, 1);
        byte[] listpack = bytes(7 + elements.length, new byte[3], 10, 0, elements, 0xFF);
        byte[] statistics = {1, 1, 0, 0, 1};
        return bytes(type, 1, "k", 1, 16, ID, listpack.length, listpack, new byte[] {1, 1, 1}, statistics, groups);
    }

    private static void assertStream(MemoryDataSet data) {
        assertThat(data.database(0).get("k").entries.toString()).contains("f", "v");
        assertThat(data.database(0).get("last").string).isEqualTo("1");
    }

    private static final byte[] LAST = bytes(0, 4, "last", 1, "1");
    private static final byte[] PRODUCERS = bytes(60, 10, 1, 1, "p", 2, 1, "i", 1, 1, 1, "j", 1, 1, 2, 0);

    @ParameterizedTest
    @ValueSource(strings = {"0013", "0014", "0015"})
    void shouldReadWhatThereWasBefore(String version) {
        assertThat(load("REDIS" + version, LAST).database(0).get("last").string).isEqualTo("1");
    }

    @Test
    void shouldReadOverWhoHasSentTheMessagesOfAStream() {
        assertStream(load("REDIS0013", stream(26, bytes(0, PRODUCERS)), LAST));
    }

    @Test
    void shouldReadOverWhatConsumersHaveGivenBack() {
        byte[] pending = bytes(1, ID, new byte[8], 1);
        byte[] consumer = bytes(1, 1, "c", new byte[16], 0);
        byte[] group = bytes(1, 1, "g", 1, 1, 1, pending, consumer, 1, ID);
        assertStream(load("REDIS0014", stream(27, bytes(group, PRODUCERS)), LAST));
    }

    @Test
    void shouldReadOverWhatModulesKeepOfAKey() {
        byte[] metadata = bytes(243, 2, new byte[4], 2, 5, 5, 3, "abc", 0, new byte[4], 0);
        assertThat(load("REDIS0013", metadata, LAST).database(0).get("last").string)
                .isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource({
        "28,array",
        "29,hash with a template",
        "30,hash with a template",
        "32,hash with a template",
        "33,rate limiter"
    })
    void shouldNameATypeThatItCannotRead(int type, String name) {
        assertThatThrownBy(() -> load("REDIS0015", LAST, type, 1, "k", 1, "v"))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("by hand")
                .hasMessageContaining("'k'")
                .hasMessageContaining(name)
                .hasMessageContaining("at byte 17");
    }

    @Test
    void shouldNameWhatHashesShare() {
        assertThatThrownBy(() -> load("REDIS0015", 242, 1)).hasMessageContaining("hash templates");
    }

    @Test
    void shouldReadAHashOfValkeys() {
        byte[] hash = bytes(22, 1, "k", 2, 1, "f", 1, "v", littleEndian(-1), 1, "g", 1, "w", littleEndian(FAR));
        Value value = load("VALKEY080", 0xFA, 10, "valkey-ver", 5, "9.0.0", hash)
                .database(0)
                .get("k");
        assertThat(value.map).isEqualTo(Map.of("f", "v", "g", "w"));
        assertThat(value.fieldDeadlines).isEqualTo(Map.of("g", FAR));
    }

    @ParameterizedTest
    @ValueSource(ints = {242, 243})
    void shouldNameWhatValkeyWritesOtherwise(int opcode) {
        assertThatThrownBy(() -> load("VALKEY081", opcode, 1))
                .hasMessageContaining("Valkey")
                .hasMessageContaining("" + opcode);
    }

    @ParameterizedTest
    @CsvSource({
        "REDIS0016,version 16",
        "REDIS0000,version 0",
        "VALKEY079,version 79",
        "VALKEY082,version 82",
        "RDB000000,not an RDB file"
    })
    void shouldRefuseAVersionThatIsNotKnown(String magic, String expected) {
        assertThatThrownBy(() -> load(magic, LAST))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining(expected);
    }

    @Test
    void shouldNameATypeOfValkeysThatItDoesNotKnow() {
        assertThatThrownBy(() -> load("VALKEY081", 23, 1, "k", 1, "v")).hasMessageContaining("Valkey's own type 23");
    }

    @Test
    void shouldNotTakeKeysOfADatabaseThatIsNotHere() {
        RdbInput input = input("REDIS0010", 0xFE, 16, LAST);
        assertThatThrownBy(() -> new RdbLoader(input, RdbLoadOptions.DEFAULT, new MemoryDataSet()).load())
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("'last' of database 16")
                .hasMessageContaining("16 databases");
        MemoryDataSet data = load("REDIS0010", 0xFE, 16, LAST, 0xFE, 15, 0, 1, "k", 1, "v");
        assertThat(data.database(15).get("k").string).isEqualTo("v");
        assertThat(data.database(0)).isEmpty();
    }
}
