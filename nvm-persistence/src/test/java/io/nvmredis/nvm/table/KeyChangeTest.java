package io.nvmredis.nvm.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.sim.ShownTable;
import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.nvm.sim.TableWorkload;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.Transaction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is written when elements come and go, seen from outside: how much, and that it is right. */
class KeyChangeTest {
    private static final TableShape SHAPE = new TableShape(1 << 20, 1 << 20, 1 << 20, 1024);

    private final SimulatedDisk disk = new SimulatedDisk();
    private Table table;
    private long lsn;

    @BeforeEach
    void open() {
        table = Table.open(disk, SHAPE, Long.MAX_VALUE, () -> 77);
    }

    @AfterEach
    void close() {
        table.close();
        disk.release();
    }

    private void apply(Transaction effects) {
        table.apply(0, key(), new KeyEffects().add(++lsn, effects.bytes(), 0, effects.length()));
        table.publish();
    }

    private static byte[] key() {
        return TableWorkload.bytes("key");
    }

    /** Elements with these numbers, added or removed, by one effect. */
    private void change(Effect effect, int from, int to) {
        boolean hasValues = effect == Effect.HSET;
        Transaction effects = new Transaction();
        Effects added = new Effects(effects)
                .begin(effect, 1 + (to - from) * (hasValues ? 2 : 1))
                .argument(key());
        for (int element = from; element < to; element++) {
            added.argument(element);
            if (hasValues) {
                added.argument(TableWorkload.bytes("v".repeat(100)));
            }
        }
        apply(effects);
    }

    private long appendedBytes() {
        return table.statistics().appendedBytes();
    }

    @Test
    void shouldNotReadOrRewriteAValueForItsFirstRemoval() {
        change(Effect.HSET, 0, 10_000);
        long before = appendedBytes();
        change(Effect.HDEL, 0, 9_000);
        change(Effect.HDEL, 9_000, 9_999);
        // The names that go, and no value that stays.
        assertThat(appendedBytes() - before).isLessThan(200_000);
        assertThat(table.statistics().foldCount()).isZero();
        change(Effect.HDEL, 9_999, 10_000);
        assertThat(table.contains(0, key())).isFalse();
    }

    @Test
    void shouldCountElementsNamedTwiceOnce() {
        Transaction effects = new Transaction();
        Effects set = new Effects(effects);
        for (int i = 0; i < 100; i++) {
            set.begin(Effect.SADD, 3).argument(key()).argument(i / 2).argument(i / 2);
        }
        apply(effects);
        change(Effect.SREM, 0, 49);
        assertThat(table.contains(0, key())).isTrue();
        change(Effect.SREM, 49, 50);
        assertThat(table.contains(0, key())).isFalse();
    }

    @Test
    void shouldWriteOnlyWhatChangesWhenTheElementsHaveToBeCounted() {
        change(Effect.HSET, 0, 1000);
        change(Effect.HSET, 1000, 1500);
        long before = appendedBytes();
        change(Effect.HDEL, 0, 999);
        // One of the first is left for certain, and of the others nothing is known: now they are counted.
        change(Effect.HDEL, 999, 1001);
        assertThat(appendedBytes() - before).isLessThan(30_000);
        assertThat(table.statistics().foldCount()).isZero();
        assertThat(ShownTable.value(table, 0, key())).contains("1001=", "1499=").doesNotContain("1000=");
        change(Effect.HDEL, 1001, 1499);
        assertThat(table.contains(0, key())).isTrue();
        change(Effect.HDEL, 1499, 1500);
        assertThat(table.contains(0, key())).isFalse();
    }

    @Test
    void shouldMakeAnotherValueWhereOneHasLostItsLastElement() {
        change(Effect.SADD, 0, 1);
        Transaction effects = new Transaction();
        new Effects(effects).begin(Effect.SREM, 2).argument(key()).argument(0);
        new Effects(effects).begin(Effect.RPUSH, 2).argument(key()).argument(5);
        apply(effects);
        assertThat(ShownTable.value(table, 0, key())).isEqualTo("LIST [5] until -1");
        effects.reset();
        new Effects(effects).begin(Effect.LPOP, 1).argument(key());
        new Effects(effects).begin(Effect.RPUSH, 2).argument(key()).argument(6);
        new Effects(effects).begin(Effect.PEXPIREAT, 2).argument(key()).argument(99L);
        apply(effects);
        assertThat(ShownTable.value(table, 0, key())).isEqualTo("LIST [6] until 99");
    }

    private String streamAfter(String lastId) {
        Transaction effects = new Transaction();
        new Effects(effects).begin(Effect.XSETID, 2).argument(key()).argument(TableWorkload.bytes(lastId));
        apply(effects);
        return ShownTable.value(table, 0, key());
    }

    @Test
    void shouldSetTheLastIdOfAStreamLowerAndBackToNothing() {
        Transaction effects = new Transaction();
        new Effects(effects)
                .begin(Effect.XADD, 4)
                .argument(key())
                .streamId(5, 1)
                .argument(TableWorkload.bytes("f"))
                .argument(TableWorkload.bytes("v"));
        new Effects(effects).begin(Effect.XDEL, 2).argument(key()).streamId(5, 1);
        apply(effects);
        String before = ShownTable.value(table, 0, key());
        assertThat(before).contains("5-1");
        assertThat(streamAfter("3-9")).isEqualTo(before.replace("5-1", "3-9"));
        // Folded by its many changes, an empty stream that never had an entry is still that.
        for (int i = 0; i < 50; i++) {
            assertThat(streamAfter("0-0")).isEqualTo(before.replace("5-1", "0-0"));
        }
        assertThat(table.statistics().foldCount()).isPositive();
    }
}
