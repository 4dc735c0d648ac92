package io.nvmredis.nvm.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.Transaction;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EffectWalkerTest {
    private static final byte[] KEY = "key".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VALUE = "value".getBytes(StandardCharsets.US_ASCII);

    private final Transaction transaction = new Transaction();
    private final EffectWalker walker = new EffectWalker();

    @ParameterizedTest
    @EnumSource
    void shouldFindTheKindOfEachEffectByItsName(Effect effect) {
        new Effects(transaction).begin(effect, 2).argument(KEY).argument(VALUE).begin(effect, 0);
        walker.reset(transaction.bytes(), 0, transaction.length());
        assertThat(walker.next()).isTrue();
        assertThat(walker.kind()).as("with a key").isEqualTo(EffectWalker.kindOf(effect));
        assertThat(walker.keyLength()).isEqualTo(KEY.length);
        assertThat(walker.next()).isTrue();
        assertThat(walker.kind()).as("without").isEqualTo(EffectWalker.kindOf(effect));
        assertThat(walker.keyLength()).isZero();
        assertThat(walker.next()).isFalse();
    }
}
