package io.nvmredis.engine.hyperloglog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What redis-server 7.0.15 has after the same elements. {@code HyperLogLogIT} compares with one that runs. */
class HyperLogLogTest {
    private static byte[] element(int number) {
        return ("x".repeat(number % 40) + number).getBytes(StandardCharsets.US_ASCII);
    }

    private static HyperLogLog of(int elementCount) {
        HyperLogLog made = HyperLogLog.empty();
        made.forgetCount();
        for (int i = 0; i < elementCount; i++) {
            made.add(element(i));
        }
        return made;
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 48594c4c0100000000000000000000807fff",
        "1, 1, 48594c4c01000000000000000000008073a88c4c55",
        "3, 3, 48594c4c0100000000000000000000805e3e8455688c03884c50"
    })
    void shouldHaveTheBytesOfRedis(int elementCount, long count, String hexBytes) {
        byte[] bytes = of(elementCount).toByteArray();
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(hexBytes);
        assertThat(Registers.count(bytes)).isEqualTo(count);
    }

    @ParameterizedTest
    @CsvSource({
        "100, 284, 100, 62e04a218d885002c12e76c5e2e699bcc577fd496213b1bc971df144d2c993bb",
        "1000, 1917, 997, 2187a12e3a7d71d0f5ac8889f180bee3300f5650979466dc4100cc8499b5f5d2",
        "1500, 2737, 1494, b5da554932e5cb00f305827a9d800a93024375528cede8ab17bef4eea1249912",
        "2500, 12304, 2484, 260b91ee9b0e194f43f78f1ebbe9ff802dbc7a33e24ed0da4db98a8e156785b6",
        "20000, 12304, 20096, dd025a277977ef15df9abb7bf2ff00c8d21a6cbf14acc97d5fb26ca8b0276c60"
    })
    void shouldHaveTheDigestOfRedis(int elementCount, int length, long count, String digest) throws Exception {
        byte[] bytes = of(elementCount).toByteArray();
        assertThat(bytes).hasSize(length);
        assertThat(HyperLogLog.isOne(bytes)).isTrue();
        assertThat(Registers.count(bytes)).isEqualTo(count);
        assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)))
                .isEqualTo(digest);
    }

    /** Of a dense one, one element at a time or many at once, with one register raised twice among them. */
    @ParameterizedTest
    @CsvSource({"1", "7", "5000"})
    void shouldAddInPlaceWhatAnAdditionAdds(int elementsAtATime) {
        byte[] dense = of(3_000).toByteArray();
        HyperLogLog expected = HyperLogLog.copyOf(dense);
        for (int from = 3_000; from < 8_000; from += elementsAtATime) {
            byte[] before = dense.clone();
            DenseAddition addition = new DenseAddition(dense);
            boolean isChanged = false;
            for (int i = from; i < from + elementsAtATime; i++) {
                addition.add(element(i));
                isChanged |= expected.add(element(i));
            }
            assertThat(addition.count() > 0).isEqualTo(isChanged);
            addition.apply(dense);
            assertThat(dense).isEqualTo(expected.toByteArray());
            for (int i = 0; i < addition.count(); i++) {
                int offset = addition.offset(i);
                System.arraycopy(dense, offset, before, offset, addition.length(i));
            }
            assertThat(before).as("nothing else has changed").isEqualTo(dense);
        }
    }

    @Test
    void shouldKeepTheCountUntilItIsStale() {
        byte[] bytes = of(3).toByteArray();
        assertThat(Registers.cachedCount(bytes)).isEqualTo(Registers.STALE);
        byte[] count = Registers.encodeCount(3);
        System.arraycopy(count, 0, bytes, Registers.CACHED_COUNT_OFFSET, count.length);
        assertThat(Registers.cachedCount(bytes)).isEqualTo(3);
        HyperLogLog again = HyperLogLog.copyOf(bytes);
        again.forgetCount();
        assertThat(Registers.cachedCount(again.toByteArray())).isEqualTo(Registers.STALE);
    }

    @Test
    void shouldRefuseRunsThatAreNotAsLongAsAllRegisters() {
        byte[] good = of(100).toByteArray();
        byte[] shorter = Arrays.copyOf(good, good.length - 1);
        byte[] longer = Arrays.copyOf(good, good.length + 1);
        for (byte[] bad : new byte[][] {shorter, longer}) {
            assertThat(HyperLogLog.isOne(bad)).as("by its header").isTrue();
            assertThatThrownBy(() -> Registers.count(bad)).isInstanceOf(CorruptedException.class);
            assertThatThrownBy(() -> Registers.merge(bad, new byte[Registers.COUNT]))
                    .isInstanceOf(CorruptedException.class);
            assertThatThrownBy(() -> HyperLogLog.copyOf(bad).becomeDense()).isInstanceOf(CorruptedException.class);
        }
    }
}
