package io.nvmredis.transfer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.spi.ColdStore;
import io.nvmredis.spi.KeyInfo;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.Refusal;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.errors.PersistenceException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableDestinationTest {
    private static final int MB = 1 << 20;

    private final Room room = new Room();
    /** What the persister has been asked, but for what changes nothing. */
    private final List<String> calls = new ArrayList<>();

    private Refusal refusal;
    private long lastLsn;

    private final Persister persister =
            answering(Persister.class, (proxy, method, arguments) -> answer(method.getName(), arguments));

    private final ColdStore store = answering(
            ColdStore.class,
            (proxy, method, arguments) ->
                    arguments[0].equals(3) && "k".equals(new String((byte[]) arguments[1], US_ASCII))
                            ? new KeyInfo(ValueType.STRING, 0, 1, 1)
                            : null);

    private final TableDestination destination = new TableDestination(persister, store, room);

    private static <T> T answering(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private Object answer(String method, Object[] arguments) {
        return switch (method) {
            case "isBackedUp" -> false;
            case "lastLsn" -> lastLsn;
            case "refusal" -> {
                calls.add("refusal of " + arguments[0] + " " + arguments[1]);
                yield refusal;
            }
            case "append" -> {
                calls.add("append " + ((Transaction) arguments[0]).length());
                yield ++lastLsn;
            }
            case "requestCommit" -> {
                calls.add("commit " + arguments[0]);
                yield null;
            }
            default -> throw new UnsupportedOperationException(method);
        };
    }

    private static Transaction effects(int valueLength) {
        Transaction transaction = new Transaction();
        new Effects(transaction)
                .begin(Effect.SET, 2)
                .argument("k".getBytes(US_ASCII))
                .argument(new byte[valueLength]);
        return transaction;
    }

    @Test
    void shouldFindWhatTheStoreHas() {
        assertThat(destination.contains(3, "k".getBytes(US_ASCII))).isTrue();
        assertThat(destination.contains(3, "other".getBytes(US_ASCII))).isFalse();
        assertThat(destination.contains(0, "k".getBytes(US_ASCII))).isFalse();
    }

    @Test
    void shouldAppendWhatThePersisterTakes() {
        Transaction effects = effects(10);
        destination.apply(effects);
        assertThat(calls).containsExactly("refusal of " + effects.length() + " true", "append " + effects.length());
    }

    @Test
    void shouldAppendNothingThatIsRefused() {
        refusal = new Refusal(Refusal.Kind.OUT_OF_SPACE, "the table is full");
        assertThatThrownBy(() -> destination.apply(effects(10)))
                .isInstanceOf(TransferException.class)
                .hasMessage("no more can be taken: the table is full");
        assertThat(lastLsn).isZero();
    }

    @Test
    void shouldCommitMuchAtATime() {
        for (int i = 0; i < 9; i++) {
            destination.apply(effects(2 * MB));
        }
        assertThat(calls).filteredOn(call -> call.startsWith("commit")).containsExactly("commit 4", "commit 8");
    }

    @Test
    void shouldAppendNothingAfterACommitThatHasFailed() {
        room.onCommitFailed(new PersistenceException("the disk is gone"));
        assertThatThrownBy(() -> destination.apply(effects(10)))
                .isInstanceOf(TransferException.class)
                .hasMessageContaining("the disk is gone");
        assertThat(calls).isEmpty();
    }
}
