package io.nvmredis.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClientMemoryTest {
    private final ClientMemory memory = new ClientMemory(100);
    private final List<String> told = new ArrayList<>();

    private ClientAccount open(String name) {
        return memory.open(() -> told.add("evict " + name));
    }

    @Test
    void shouldGrantWhatTheSumAdmits() {
        ClientAccount one = open("one");
        ClientAccount two = open("two");

        assertThat(one.tryGrow(60)).isTrue();
        assertThat(two.tryGrow(41)).isFalse();
        assertThat(two.tryGrow(40)).isTrue();
        assertThat(memory.usedBytes()).isEqualTo(100);
        assertThat(told).isEmpty();
    }

    @Test
    void shouldCountWhatThereIsInThePlaceOfWhatWasGranted() {
        ClientAccount one = open("one");
        one.tryGrow(60);
        one.set(7, 3);

        assertThat(memory.usedBytes()).isEqualTo(10);
        one.close();
        assertThat(memory.usedBytes()).isZero();
    }

    @Test
    void shouldEvictTheLargestAndNoMoreThanItTakes() {
        open("small").set(10, 0);
        open("large").set(0, 50);
        open("middle").set(30, 0);
        assertThat(told).isEmpty();

        open("last").set(20, 0);

        assertThat(told).containsExactly("evict large");
        assertThat(memory.evictedCount()).isEqualTo(1);
        assertThat(memory.isOver()).isTrue();
    }

    @Test
    void shouldEvictWhoIsExemptWhenNobodyElseIsLeft() {
        ClientAccount exempt = open("exempt");
        exempt.exempt(true);
        exempt.set(70, 0);
        open("other").set(40, 0);
        assertThat(told).containsExactly("evict other");

        exempt.set(101, 0);

        assertThat(told).containsExactly("evict other", "evict exempt");
    }

    @Test
    void shouldNotEvictForWhatIsLeavingAnyhow() {
        ClientAccount large = open("large");
        large.set(90, 0);
        ClientAccount other = open("other");
        other.set(20, 0);
        other.set(30, 0);
        assertThat(told).containsExactly("evict large");

        large.close();
        assertThat(memory.isOver()).isFalse();
        assertThat(memory.usedBytes()).isEqualTo(30);
    }

    @Test
    void shouldWakeWhoWaitsWhenThereIsRoom() {
        ClientAccount large = open("large");
        large.set(80, 0);
        ClientAccount asking = open("asking");
        assertThat(asking.tryGrow(30)).isFalse();
        memory.await(asking, 30, () -> told.add("woken"));
        assertThat(told).containsExactly("evict large");

        large.close();

        assertThat(told).contains("woken");
        assertThat(asking.tryGrow(30)).isTrue();
    }

    @Test
    void shouldWakeAtOnceWhoCameTooLateToBeWoken() {
        memory.await(open("asking"), 30, () -> told.add("woken"));

        assertThat(told).containsExactly("woken");
    }

    @Test
    void shouldEvictWhoAsksForMoreThanAnybodyHasAndLeaveTheOthers() {
        open("large").set(60, 0);
        ClientAccount asking = open("asking");
        asking.set(30, 0);
        memory.await(asking, 1000, () -> told.add("woken"));

        assertThat(told).containsExactly("evict asking");
    }

    @Test
    void shouldCountMessagesOnTheirWayUntilTheClientIsGone() {
        ClientAccount account = open("subscriber");
        assertThat(account.onItsWay(40)).isEqualTo(40);
        assertThat(account.onItsWay(10)).isEqualTo(50);
        assertThat(account.onItsWay(-10)).isEqualTo(40);
        assertThat(memory.usedBytes()).isEqualTo(40);

        account.close();
        assertThat(memory.usedBytes()).isZero();
        assertThat(account.onItsWay(-40)).isZero();
        assertThat(memory.usedBytes()).isZero();
    }

    @Test
    void shouldLimitNothingWhereThereIsNoLimit() {
        memory.limit(0);
        assertThat(open("one").tryGrow(Long.MAX_VALUE / 2)).isTrue();
        assertThat(memory.isOver()).isFalse();
        assertThat(memory.isFarOver()).isFalse();
        assertThat(told).isEmpty();
    }

    @Test
    void shouldTakeALimitInBytesOrPerCentOrTheDefault() {
        long heap = Runtime.getRuntime().maxMemory();
        assertThat(ClientMemory.limitOf("3mb")).hasValue(3 << 20);
        assertThat(ClientMemory.limitOf("10%").getAsLong()).isBetween(1L, heap / 10);
        assertThat(ClientMemory.limitOf("").getAsLong()).isBetween(heap / 8, heap * 15 / 100);
        assertThat(ClientMemory.limitOf("101%")).isEmpty();
        assertThat(ClientMemory.limitOf("much")).isEmpty();
    }
}
