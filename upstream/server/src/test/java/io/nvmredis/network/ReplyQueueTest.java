package io.nvmredis.network;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplyQueueTest {
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ReplyQueue queue = new ReplyQueue(allocator);

    @AfterEach
    void shouldLeaveNoBufferBehind() {
        queue.discard();
        channel.finishAndReleaseAll();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    private void add(String reply) {
        queue.add(reply.getBytes(ISO_8859_1));
    }

    private String sent() {
        channel.flush();
        StringBuilder sent = new StringBuilder();
        for (ByteBuf piece = channel.readOutbound(); piece != null; piece = channel.readOutbound()) {
            sent.append(piece.toString(ISO_8859_1));
            piece.release();
        }
        return sent.toString();
    }

    @Test
    void shouldHoldBackWhatIsNotDurable() {
        add("a");
        queue.seal(1);
        add("b");
        queue.seal(2);

        assertThat(queue.writeTo(channel, 0)).isZero();
        assertThat(sent()).isEmpty();
        assertThat(queue.firstLsn()).isEqualTo(1);
        assertThat(queue.writeTo(channel, 1)).isPositive();
        assertThat(sent()).isEqualTo("a");
        assertThat(queue.writeTo(channel, 7)).isPositive();
        assertThat(sent()).isEqualTo("b");
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.queuedBytes()).isZero();
    }

    @Test
    void shouldHoldBackTheOpenBatch() {
        add("a");

        assertThat(queue.writeTo(channel, Long.MAX_VALUE)).isZero();
        assertThat(queue.isEmpty()).isFalse();
    }

    @Test
    void shouldKeepSmallAndLargeInOrder() {
        String large = "L".repeat(300_000);
        add("a");
        add(large);
        add("b");
        add("c");
        queue.addPush(large.getBytes(ISO_8859_1));
        queue.addPush("d".getBytes(ISO_8859_1));
        queue.seal(0);

        StringBuilder sent = new StringBuilder();
        while (queue.writeTo(channel, 0) > 0) {
            sent.append(sent());
        }

        assertThat(sent.toString()).isEqualTo("a" + large + "bc" + large + "d");
        assertThat(queue.queuedBytes()).isZero();
        assertThat(queue.pushedBytes()).isZero();
    }

    @Test
    void shouldHandOverNoMoreThanTheChannelHasRoomFor() {
        add("L".repeat(10_000_000));
        queue.seal(0);

        queue.writeTo(channel, 0);

        assertThat(channel.isWritable()).isFalse();
        assertThat(queue.queuedBytes()).isGreaterThan(9_000_000);
        assertThat(sent()).hasSizeLessThan(1_000_000);
    }

    @Test
    void shouldCountWhatManyTinyBatchesTake() {
        for (int i = 0; i < 1000; i++) {
            add("x");
            queue.seal(i);
        }

        assertThat(queue.queuedBytes()).isGreaterThan(100_000);
    }

    @Test
    void shouldForgetWhatIsDiscarded() {
        add("a");
        queue.seal(5);
        queue.addPush(new byte[10_000]);

        queue.discard();

        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.firstLsn()).isZero();
        assertThat(queue.pushedBytes()).isZero();
    }

    @Test
    void shouldNotKeepManySmallRepliesInOneBufferThatIsCopiedAsItGrows() {
        String reply = "r".repeat(1_000);
        for (int i = 0; i < 10_000; i++) {
            add(reply);
        }
        queue.seal(0);

        assertThat(allocator.metric().usedDirectMemory()).isBetween(10_000_000L, 11_000_000L);
        StringBuilder sent = new StringBuilder();
        while (queue.writeTo(channel, 0) > 0) {
            sent.append(sent());
        }
        assertThat(sent.toString()).isEqualTo(reply.repeat(10_000));
        assertThat(queue.queuedBytes()).isZero();
    }

    /** Whoever reads all of a reply but its end has the whole of it kept. */
    @Test
    void shouldCountAnArrayUntilItsLastPieceHasGone() {
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1, 2));
        int length = 300 << 10;
        add("x".repeat(length));
        queue.seal(1);
        long whole = queue.memoryBytes();
        assertThat(whole).isGreaterThan(length);

        for (int i = 0; i < 4; i++) {
            assertThat(queue.writeTo(channel, 1)).isPositive();
            assertThat(sent()).hasSize(64 << 10);
            assertThat(queue.memoryBytes()).isEqualTo(whole);
        }
        assertThat(queue.queuedBytes()).isLessThan(64 << 10);
        queue.writeTo(channel, 1);
        sent();
        queue.writeTo(channel, 1);
        assertThat(queue.memoryBytes()).isZero();
    }
}
