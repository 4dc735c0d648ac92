package io.nvmredis.rdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.errors.ValueTooLargeException;
import io.nvmredis.spi.testkit.DumpedValues;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Values as DUMP and RESTORE have them. */
class RdbValueCodecTest {
    private static final long MAX_BYTES = 1 << 20;

    private final RdbValueCodec codec = new RdbValueCodec();

    /** A visitor that notes what it is shown, but for the number of elements, which may be unknown. */
    private static ValueVisitor noting(List<String> notes) {
        return (ValueVisitor) Proxy.newProxyInstance(
                ValueVisitor.class.getClassLoader(), new Class<?>[] {ValueVisitor.class}, (self, method, arguments) -> {
                    notes.add(method.getName()
                            + (method.getName().equals("begin") ? arguments[0] : Arrays.deepToString(arguments)));
                    return null;
                });
    }

    private List<String> decoded(byte[] payload) {
        List<String> notes = new ArrayList<>();
        codec.decode(payload, MAX_BYTES, noting(notes));
        return notes;
    }

    private static byte[] body(byte[] payload) {
        return Arrays.copyOf(payload, payload.length - DumpedValues.FOOTER_LENGTH);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    @Test
    void shouldTakeWhatRedisHasDumpedForWhole() {
        DumpedValues.all().forEach((name, payload) -> {
            assertThat(codec.isIntact(payload)).as(name).isTrue();
            assertThat(decoded(payload)).as(name).hasSizeGreaterThan(1);
        });
    }

    @Test
    void shouldDumpStringsAsRedisDoes() {
        Map<String, byte[]> dumped = DumpedValues.all();
        for (String name : List.of("string", "string, 8 bits", "string, 16 bits", "string, 32 bits", "HyperLogLog")) {
            byte[] payload = dumped.get(name);
            byte[][] value = new byte[1][];
            codec.decode(payload, MAX_BYTES, (ValueVisitor) Proxy.newProxyInstance(
                    ValueVisitor.class.getClassLoader(),
                    new Class<?>[] {ValueVisitor.class},
                    (self, method, arguments) -> {
                        if (method.getName().equals("string")) {
                            value[0] = (byte[]) arguments[0];
                        }
                        return null;
                    }));
            byte[] again = codec.encode(string(value[0]), MAX_BYTES);
            assertThat(decoded(again)).as(name).isEqualTo(decoded(payload));
            assertThat(codec.isIntact(again)).as(name).isTrue();
            if (name.startsWith("string")) {
                assertThat(again).as(name).isEqualTo(payload);
            }
        }
    }

    private static Consumer<ValueVisitor> string(byte[] value) {
        return visitor -> {
            visitor.begin(ValueType.STRING, 1);
            visitor.string(value);
        };
    }

    @Test
    void shouldKnowTheVersionsThatItReads() {
        for (int version : new int[] {0, 6, 10, 11, 15, 80, 81}) {
            assertThat(codec.isIntact(DumpedValues.sealed(hex("00c001"), version)))
                    .as("%d", version)
                    .isTrue();
        }
        for (int version : new int[] {16, 79, 82, 256, 65535}) {
            assertThat(codec.isIntact(DumpedValues.sealed(hex("00c001"), version)))
                    .as("%d", version)
                    .isFalse();
        }
    }

    @Test
    void shouldNoticeEachWrongByte() {
        byte[] payload = DumpedValues.sealed(hex("00c001"));
        for (int i = 0; i < payload.length; i++) {
            byte[] wrong = payload.clone();
            wrong[i] ^= 1;
            assertThat(codec.isIntact(wrong)).as("%d", i).isFalse();
            assertThat(codec.isIntact(Arrays.copyOf(payload, i))).as("%d", i).isFalse();
        }
    }

    @Test
    void shouldRefuseWhatIsNoValueWithNoOtherException() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (byte[] payload : DumpedValues.all().values()) {
            byte[] body = body(payload);
            for (int length = 0; length < body.length; length++) {
                decodeOrRefuse(Arrays.copyOf(body, length), "cut off at " + length);
            }
            for (int i = 0; i < 2_000; i++) {
                byte[] changed = body.clone();
                for (int change = random.nextInt(3); change >= 0; change--) {
                    changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
                }
                decodeOrRefuse(changed, "seed " + seed);
            }
        }
    }

    private void decodeOrRefuse(byte[] body, String description) {
        try {
            decoded(DumpedValues.sealed(body));
        } catch (PersistenceException e) {
            assertThat(e)
                    .as("%s: %s", description, HexFormat.of().formatHex(body))
                    .hasMessageContaining("payload");
        }
    }

    @Test
    void shouldTakeNoMemoryForWhatIsOnlyClaimed() {
        // A string of 87 MB that is said to be compressed to 1 MB, and an entry of a stream that is said to have 60,000
        // fields.
        byte[] string = Arrays.copyOf(hex("00c3800010000080053000000000"), 14 + (1 << 20));
        assertThatThrownBy(() -> decoded(DumpedValues.sealed(string))).isInstanceOf(ValueTooLargeException.class);
        assertThatThrownBy(() -> decoded(DumpedValues.sealed(hex("028100000000ffffffff0161"))))
                .isInstanceOf(PersistenceException.class);
    }

    @Test
    void shouldStopAtTheLimitAndGoOnWithTheNextValue() {
        byte[] small = new byte[3_000];
        new Random(1).nextBytes(small);
        assertThatThrownBy(() -> codec.encode(string(small), 2_000)).isInstanceOf(ValueTooLargeException.class);
        byte[] large = new byte[300_000];
        new Random(1).nextBytes(large);
        assertThatThrownBy(() -> codec.encode(string(large), 200_000)).isInstanceOf(ValueTooLargeException.class);
        assertThat(codec.encode(string(new byte[] {'1'}), MAX_BYTES)).isEqualTo(DumpedValues.sealed(hex("00c001")));
    }

    @Test
    void shouldKeepDeadlinesOfFieldsInTheFormOfRedis74() {
        byte[] payload = codec.encode(
                visitor -> {
                    visitor.begin(ValueType.HASH, 2);
                    visitor.hashField(new byte[] {'a'}, new byte[] {'1'}, ValueVisitor.NO_DEADLINE);
                    visitor.hashField(new byte[] {'b'}, new byte[] {'2'}, 4_102_444_800_000L);
                },
                MAX_BYTES);
        assertThat(payload[payload.length - DumpedValues.FOOTER_LENGTH]).isEqualTo((byte) 12);
        assertThat(codec.isIntact(payload)).isTrue();
        assertThat(decoded(payload))
                .containsExactly("beginHASH", "hashField[[97], [49], -1]", "hashField[[98], [50], 4102444800000]");
    }
}
