package io.nvmredis.rdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.rdb.MemoryDataSet.Value;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.ValueType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Encodings that neither this server nor the Redis of the machine writes, made by hand. */
class RdbOldEncodingsTest {
    private static final String LONG = "x".repeat(300);
    private static final long FAR = System.currentTimeMillis() + 1_000_000;

    private final ByteArrayOutputStream file = new ByteArrayOutputStream();

    /** Appends bytes, given as numbers, and strings as they are. */
    private RdbOldEncodingsTest put(Object... parts) {
        for (Object part : parts) {
            if (part instanceof Integer number) {
                file.write(number);
            } else {
                file.writeBytes(part instanceof byte[] bytes ? bytes : MemoryDataSet.bytes((String) part));
            }
        }
        return this;
    }

    private static byte[] bytesOf(Object... parts) {
        return new RdbOldEncodingsTest().put(parts).file.toByteArray();
    }

    private static byte[] littleEndian(long value, int width) {
        byte[] bytes = new byte[width];
        for (int i = 0; i < width; i++) {
            bytes[i] = (byte) (value >> (i * 8));
        }
        return bytes;
    }

    /** A string with a length of 14 bits. */
    private static byte[] string(byte[] content) {
        return bytesOf(0x40 | (content.length >> 8), content.length & 0xFF, content);
    }

    private static byte[] ziplist(int count, Object... entries) {
        byte[] body = bytesOf(entries);
        return string(
                bytesOf(littleEndian(11 + body.length, 4), littleEndian(0, 4), littleEndian(count, 2), body, 0xFF));
    }

    private static byte[] listpack(int count, Object... entries) {
        byte[] body = bytesOf(entries);
        return string(bytesOf(littleEndian(7 + body.length, 4), littleEndian(count, 2), body, 0xFF));
    }

    private Value load(String version, Object... parts) {
        put("REDIS", version, parts).put(0xFF).put(new byte[8]);
        return loaded();
    }

    private Value loaded() {
        MemoryDataSet data = new MemoryDataSet();
        byte[] bytes = file.toByteArray();
        RdbInput input = new RdbInput(new ByteArrayInputStream(bytes), "by hand", bytes.length, LoadingListener.NONE);
        new RdbLoader(input, RdbLoadOptions.DEFAULT, data).load();
        return data.database(0).get("k");
    }

    private RdbOldEncodingsTest put(String magic, String version, Object[] parts) {
        return put(magic, version).put(parts);
    }

    @Test
    void shouldReadAZiplistWithEachEncoding() {
        byte[] list = ziplist(
                11,
                bytesOf(0, 0x02, "ab"),
                bytesOf(4, 0x41, 0x2C, LONG),
                bytesOf(0xFE, littleEndian(303, 4), 0x80, 0, 0, 0, 3, "big"),
                bytesOf(0, 0xFE, 0x80),
                bytesOf(0, 0xC0, 0xFF, 0x7F),
                bytesOf(0, 0xF0, 0x00, 0x00, 0x80),
                bytesOf(0, 0xD0, 0xFF, 0xFF, 0xFF, 0x7F),
                bytesOf(0, 0xE0, littleEndian(Long.MIN_VALUE, 8)),
                bytesOf(0, 0xF1),
                bytesOf(0, 0xFD),
                bytesOf(0, 0x00));
        Value value = load("0006", 10, 1, "k", list);
        assertThat(value.type).isEqualTo(ValueType.LIST);
        assertThat(value.list)
                .containsExactly(
                        "ab",
                        LONG,
                        "big",
                        "-128",
                        "32767",
                        "-8388608",
                        "2147483647",
                        "-9223372036854775808",
                        "0",
                        "12",
                        "");
    }

    @Test
    void shouldReadAZiplistOfUnknownLengthToItsEnd() {
        assertThat(load("0006", 10, 1, "k", ziplist(0xFFFF, 0, 1, "a", 0, 1, "b")).list)
                .containsExactly("a", "b");
    }

    @Test
    void shouldReadAQuicklistOfZiplistsOneOfThemEmpty() {
        assertThat(load("0007", 14, 1, "k", 3, ziplist(1, 0, 1, "a"), ziplist(0), ziplist(1, 0, 1, "b")).list)
                .containsExactly("a", "b");
    }

    @Test
    void shouldReadASortedSetInAZiplist() {
        assertThat(load("0006", 12, 1, "k", ziplist(4, 0, 1, "a", 0, 4, "-inf", 0, 1, "b", 0, 0xF2)).scores)
                .isEqualTo(Map.of("a", Double.NEGATIVE_INFINITY, "b", 1.0));
    }

    @Test
    void shouldReadASortedSetWithSpeltScores() {
        assertThat(load("0006", 3, 1, "k", 3, 1, "a", 3, "1.5", 1, "b", 254, 1, "c", 255).scores)
                .isEqualTo(Map.of("a", 1.5, "b", Double.POSITIVE_INFINITY, "c", Double.NEGATIVE_INFINITY));
    }

    @Test
    void shouldReadAZipmapWithUnusedBytesAndALongValue() {
        byte[] map =
                string(bytesOf(2, 1, "f", 3, 2, "abc", "??", 4, "long", 0xFE, littleEndian(300, 4), 0, LONG, 0xFF));
        assertThat(load("0003", 9, 1, "k", map).map).isEqualTo(Map.of("f", "abc", "long", LONG));
    }

    @Test
    void shouldReadAHashInAZiplist() {
        assertThat(load("0006", 13, 1, "k", ziplist(2, 0, 1, "f", 0, 1, "v")).map)
                .isEqualTo(Map.of("f", "v"));
    }

    @Test
    void shouldReadDeadlinesOfFields() {
        Map<String, String> fields = Map.of("f", "v", "g", "w");
        Map<String, Long> deadlines = Map.of("g", FAR + 9);
        byte[] ttl = bytesOf(0x81, bigEndian(FAR + 9));
        byte[] packed = listpack(
                6, 0x81, "f", 2, 0x81, "v", 2, 0, 1, 0x81, "g", 2, 0x81, "w", 2, 0xF4, littleEndian(FAR + 9, 8), 9);
        // The types of the candidates for Redis 7.4, and of 7.4 itself, which say the earliest deadline first.
        List<Object[]> hashes = List.of(
                new Object[] {22, 1, "k", 2, 0, 1, "f", 1, "v", ttl, 1, "g", 1, "w"},
                new Object[] {23, 1, "k", packed},
                new Object[] {24, 1, "k", littleEndian(FAR, 8), 2, 0, 1, "f", 1, "v", 10, 1, "g", 1, "w"},
                new Object[] {25, 1, "k", littleEndian(FAR, 8), packed});
        for (Object[] hash : hashes) {
            file.reset();
            Value value = load("0012", hash);
            assertThat(value.map).isEqualTo(fields);
            assertThat(value.fieldDeadlines).isEqualTo(deadlines);
        }
    }

    private static byte[] bigEndian(long value) {
        return java.nio.ByteBuffer.allocate(8).putLong(value).array();
    }

    @Test
    void shouldReadOverWhatIsNoKey() {
        // An aux field, a slot's sizes, the data of a module, idle time and frequency before a key, a deadline in
        // seconds.
        Value value = load(
                "0012",
                bytesOf(0xFA, 3, "foo", 3, "bar"),
                bytesOf(0xF4, 1, 2, 3),
                bytesOf(0xF7, 0x81, new byte[8], 2, 1, 5, 3, "abc", 4, new byte[8], 3, new byte[4], 0),
                bytesOf(0xFE, 0, 0xFB, 1, 1),
                bytesOf(0xFD, littleEndian(2_000_000_000, 4), 0xF8, 5, 0xF9, 7, 0, 1, "k", 1, "v"));
        assertThat(value.string).isEqualTo("v");
        assertThat(value.deadline).isEqualTo(2_000_000_000_000L);
    }
}
