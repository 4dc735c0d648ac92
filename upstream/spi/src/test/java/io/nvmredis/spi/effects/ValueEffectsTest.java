package io.nvmredis.spi.effects;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ValueEffectsTest {
    private static final long DEADLINE = 1_700_000_000_000L;

    private final Transaction transaction = new Transaction();
    private final ValueEffects value = new ValueEffects(new Effects(transaction));

    ValueEffectsTest() {
        value.key(ascii("k"), 3);
    }

    @Test
    void shouldWriteAString() {
        value.string(ascii("v"));
        value.end(ValueEffects.NO_DEADLINE);
        assertThat(written()).containsExactly("SET k v");
    }

    @Test
    void shouldWriteTheDeadlineOfAKeyLast() {
        value.string(ascii("v"));
        value.end(DEADLINE);
        assertThat(written()).containsExactly("SET k v", "PEXPIREAT k 1700000000000");
    }

    @Test
    void shouldWriteAListInEffectsOfSoManyElements() {
        value.elements(7);
        for (int i = 0; i < 7; i++) {
            value.listElement(ascii("e" + i));
        }
        value.end(ValueEffects.NO_DEADLINE);
        assertThat(written()).containsExactly("RPUSH k e0 e1 e2", "RPUSH k e3 e4 e5", "RPUSH k e6");
    }

    @Test
    void shouldWriteASet() {
        value.elements(2);
        value.setMember(ascii("a"));
        value.setMember(ascii("b"));
        value.end(ValueEffects.NO_DEADLINE);
        assertThat(written()).containsExactly("SADD k a b");
    }

    @Test
    void shouldWriteASortedSet() {
        value.elements(2);
        value.zsetMember(ascii("a"), 1);
        value.zsetMember(ascii("b"), 1.5);
        value.end(ValueEffects.NO_DEADLINE);
        assertThat(written()).containsExactly("ZADD k 1 a 1.5 b");
    }

    @Test
    void shouldWriteDeadlinesOfFieldsBehindAllFields() {
        showHash(4);
        value.end(DEADLINE);
        assertThat(written())
                .containsExactly(
                        "HSET k f0 v0 f1 v1 f2 v2",
                        "HSET k f3 v3",
                        "HPEXPIREAT k 1001 FIELDS 1 f1",
                        "HPEXPIREAT k 1003 FIELDS 1 f3",
                        "PEXPIREAT k 1700000000000");
    }

    @Test
    void shouldWriteDeadlinesOfFieldsBehindEachEffectIfAsked() {
        value.elements(4);
        for (int i = 0; i < 4; i++) {
            showField(i);
            if (value.isWhole()) {
                value.fieldDeadlines();
            }
        }
        value.end(ValueEffects.NO_DEADLINE);
        assertThat(written())
                .containsExactly(
                        "HSET k f0 v0 f1 v1 f2 v2",
                        "HPEXPIREAT k 1001 FIELDS 1 f1",
                        "HSET k f3 v3",
                        "HPEXPIREAT k 1003 FIELDS 1 f3");
    }

    @Test
    void shouldKeepManyDeadlinesOfFields() {
        showHash(10_000);
        value.end(ValueEffects.NO_DEADLINE);
        List<String> written = written();
        assertThat(written).hasSize(3334 + 5000).endsWith("HPEXPIREAT k 10999 FIELDS 1 f9999");
    }

    @Test
    void shouldWriteAStreamWhoseLastIdIsItsLastEntry() {
        showEntries();
        value.streamState(StreamState.whole(2, 0, 2));
        value.end(ValueEffects.NO_DEADLINE);
        assertThat(written()).containsExactly("XADD k 1-1 f v", "XADD k 2-0 f w g x");
    }

    @Test
    void shouldWriteAStreamWhoseLastIdIsHigher() {
        showEntries();
        value.streamState(StreamState.whole(2, 7, 2));
        value.end(ValueEffects.NO_DEADLINE);
        assertThat(written()).containsExactly("XADD k 1-1 f v", "XADD k 2-0 f w g x", "XSETID k 2-7");
    }

    @Test
    void shouldWriteAStreamThatHasLostEntries() {
        showEntries();
        value.streamState(new StreamState(2, 0, 3, 0, 0));
        value.end(ValueEffects.NO_DEADLINE);
        assertThat(written()).endsWith("XADD k 2-0 f w g x", "XSETID k 2-0 ENTRIESADDED 3 MAXDELETEDID 0-0");
        transaction.reset();
        value.key(ascii("k"), 1);
        showEntries();
        value.streamState(new StreamState(2, 0, 2, 1, 5));
        assertThat(written()).endsWith("XSETID k 2-0 ENTRIESADDED 2 MAXDELETEDID 1-5");
    }

    @Test
    void shouldSpellTheStateIfAsked() {
        showEntries();
        value.speltState(StreamState.whole(2, 0, 2));
        value.end(ValueEffects.NO_DEADLINE);
        assertThat(written()).endsWith("XSETID k 2-0");
    }

    @Test
    void shouldWriteAnEmptyStream() {
        value.elements(0);
        value.streamState(StreamState.whole(0, 0, 0));
        value.end(DEADLINE);
        assertThat(written())
                .containsExactly(
                        "XADD k 0-1 x x",
                        "XTRIM k MAXLEN 0",
                        "XSETID k 0-0 ENTRIESADDED 0 MAXDELETEDID 0-0",
                        "PEXPIREAT k 1700000000000");
    }

    @Test
    void shouldWriteTheGivenPlaceholder() {
        ValueEffects other = new ValueEffects(new Effects(transaction), new byte[0]);
        other.key(ascii("k"), 1);
        other.streamState(new StreamState(5, 6, 9, 4, 0));
        assertThat(written())
                .containsExactly("XADD k 0-1  ", "XTRIM k MAXLEN 0", "XSETID k 5-6 ENTRIESADDED 9 MAXDELETEDID 4-0");
    }

    @Test
    void shouldWriteGroupsWithWhatIsPending() {
        showEntries();
        value.streamState(StreamState.whole(2, 0, 2));
        value.streamGroup(ascii("g"), 2, 0, 2);
        value.streamConsumer(ascii("a"), 77);
        value.streamPending(1, 1, 70, 1);
        value.streamPending(1, 2, 70, 1);
        value.streamPending(2, 0, 70, 2);
        value.streamPending(3, 0, 71, 2);
        value.streamConsumer(ascii("b"), 78);
        value.streamPending(4, 0, 71, 2);
        value.streamGroup(ascii("h"), 0, 0, -1);
        value.end(DEADLINE);
        assertThat(written().subList(2, written().size()))
                .containsExactly(
                        "XGROUP k CREATE g 2-0 ENTRIESREAD 2",
                        "XGROUP k CREATECONSUMER g a 77",
                        "XCLAIM k g a 0 1-1 1-2 RETRYCOUNT 1 TIME 70 FORCE JUSTID",
                        "XCLAIM k g a 0 2-0 RETRYCOUNT 2 TIME 70 FORCE JUSTID",
                        "XCLAIM k g a 0 3-0 RETRYCOUNT 2 TIME 71 FORCE JUSTID",
                        "XGROUP k CREATECONSUMER g b 78",
                        "XCLAIM k g b 0 4-0 RETRYCOUNT 2 TIME 71 FORCE JUSTID",
                        "XGROUP k CREATE h 0-0 ENTRIESREAD -1",
                        "PEXPIREAT k 1700000000000");
    }

    @Test
    void shouldWriteNoMorePendingIdsAtOnceThanElements() {
        showEntries();
        value.key(ascii("k"), 64);
        value.streamGroup(ascii("g"), 2, 0, 2);
        value.streamConsumer(ascii("a"), 77);
        for (int i = 0; i < 130; i++) {
            value.streamPending(i, 0, 70, 1);
        }
        value.end(ValueEffects.NO_DEADLINE);
        assertThat(written().stream().filter(effect -> effect.startsWith("XCLAIM")))
                .hasSize(3)
                .last()
                .isEqualTo("XCLAIM k g a 0 128-0 129-0 RETRYCOUNT 1 TIME 70 FORCE JUSTID");
    }

    @Test
    void shouldReplaceFirst() {
        value.replace();
        showEntries();
        assertThat(written()).startsWith("DEL k", "XADD k 1-1 f v");
    }

    @Test
    void shouldForgetTheValueBefore() {
        showEntries();
        value.hashField(ascii("f"), ascii("v"), DEADLINE);
        transaction.reset();
        value.key(ascii("other"), 1);
        value.streamState(StreamState.whole(2, 0, 0));
        value.end(ValueEffects.NO_DEADLINE);
        assertThat(written())
                .containsExactly(
                        "XADD other 0-1 x x",
                        "XTRIM other MAXLEN 0",
                        "XSETID other 2-0 ENTRIESADDED 0 MAXDELETEDID 0-0");
    }

    @Test
    void shouldWriteAChunkAsOneEffect() {
        ElementChunk chunk = new ElementChunk(value);
        value.key(ascii("k"), Effects.ELEMENTS_PER_EFFECT);
        chunk.zsetMember(ascii("a"), 1);
        chunk.zsetMember(ascii("bc"), 2);
        assertThat(chunk.count()).isEqualTo(2);
        assertThat(chunk.bytes()).isEqualTo(3);
        chunk.write();
        chunk.write();
        chunk.hashField(ascii("f"), ascii("v"), 1001);
        chunk.write();
        chunk.setMember(ascii("dropped"));
        chunk.clear();
        chunk.write();
        value.end(ValueEffects.NO_DEADLINE);
        assertThat(written()).containsExactly("ZADD k 1 a 2 bc", "HSET k f v", "HPEXPIREAT k 1001 FIELDS 1 f");
        assertThat(chunk.bytes()).isZero();
    }

    @Test
    void shouldFillAChunkWithTheElementsOfAnEffect() {
        ElementChunk chunk = new ElementChunk(value);
        value.key(ascii("k"), Effects.ELEMENTS_PER_EFFECT);
        for (int i = 0; i < Effects.ELEMENTS_PER_EFFECT; i++) {
            assertThat(chunk.isFull()).isFalse();
            chunk.listElement(ascii("e"));
        }
        assertThat(chunk.isFull()).isTrue();
        chunk.write();
        assertThat(written()).containsExactly("RPUSH k" + " e".repeat(Effects.ELEMENTS_PER_EFFECT));
    }

    @Test
    void shouldSayWhatAnEffectTakesAtMost() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Transaction bounded = new Transaction();
        // Name of the effect, number of its arguments, and the empty key.
        int around = 48;
        List<Long> limits = new ArrayList<>();
        ValueEffects effects = new ValueEffects(new Effects(bounded), mostBytes -> {
            if (!limits.isEmpty()) {
                long limit = limits.remove(0);
                assertThat((long) bounded.length())
                        .as("seed %d, within %d", seed, limit)
                        .isLessThanOrEqualTo(limit == 0 ? 192 : limit + around);
            }
            bounded.reset();
            limits.add(mostBytes);
        });
        ElementChunk chunk = new ElementChunk(effects);
        for (int round = 0; round < 500; round++) {
            effects.key(new byte[0], Effects.ELEMENTS_PER_EFFECT);
            int count = 1 + random.nextInt(Effects.ELEMENTS_PER_EFFECT);
            int type = random.nextInt(5);
            for (int i = 0; i < count; i++) {
                byte[] element = new byte[random.nextInt(200)];
                switch (type) {
                    case 0 -> chunk.listElement(element);
                    case 1 -> chunk.zsetMember(element, -Math.PI * Math.pow(10, random.nextInt(300)));
                    case 2 -> chunk.hashField(element, new byte[random.nextInt(200)], Long.MAX_VALUE);
                    case 3 -> effects.streamEntry(-1, -1, new byte[][] {element, element}, 2);
                    default -> effects.string(element);
                }
            }
            chunk.write();
            if (type == 3) {
                effects.streamState(new StreamState(-1, -2, Long.MAX_VALUE, -1, -1));
                effects.streamGroup(new byte[random.nextInt(200)], -1, -1, Long.MAX_VALUE);
                effects.streamConsumer(new byte[random.nextInt(200)], Long.MAX_VALUE);
                for (int i = 0; i < count; i++) {
                    effects.streamPending(-1, -i, Long.MAX_VALUE, Long.MAX_VALUE);
                }
            }
            effects.end(DEADLINE);
        }
    }

    private void showHash(int fieldCount) {
        value.elements(fieldCount);
        for (int i = 0; i < fieldCount; i++) {
            showField(i);
        }
    }

    /** Shows a field, every second one with a deadline. */
    private void showField(int i) {
        value.hashField(ascii("f" + i), ascii("v" + i), i % 2 == 0 ? ValueEffects.NO_DEADLINE : 1000 + i);
    }

    private void showEntries() {
        value.elements(2);
        value.streamEntry(1, 1, new byte[][] {ascii("f"), ascii("v"), null}, 2);
        byte[][] fieldsAndValues = {ascii("f"), ascii("w"), ascii("g"), ascii("x")};
        value.streamEntry(2, 0, fieldsAndValues, fieldsAndValues.length);
    }

    /** The effects, each as its words. */
    private List<String> written() {
        assertThat(transaction.isComplete()).isTrue();
        EffectReader reader = new EffectReader().reset(transaction.bytes(), 0, transaction.length());
        List<String> written = new ArrayList<>();
        while (reader.next()) {
            StringBuilder words = new StringBuilder(reader.effect().name());
            for (int i = 0; i < reader.argumentCount(); i++) {
                words.append(' ').append(reader.text(i));
            }
            written.add(words.toString());
        }
        return written;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
