package io.nvmredis.bench.micro;

import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.Transaction;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The encoding of what one SET has done. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EffectsBenchmark {
    @Param({"16", "100", "1024"})
    private int valueLength;

    private final byte[] key = new byte[16];
    private byte[] value = new byte[0];
    private final Transaction transaction = new Transaction();
    private final Effects effects = new Effects(transaction);

    @Setup
    public void prepare() {
        value = new byte[valueLength];
    }

    @Benchmark
    public int encodeSet() {
        transaction.reset();
        effects.begin(Effect.SET, 2).argument(key).argument(value);
        return transaction.length();
    }
}
