package io.nvmredis.network;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
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

/** The decoding of one SET that has arrived as a whole. In this package, since the decoder is not public. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RespDecodeBenchmark {
    @Param({"16", "100", "1024"})
    private int valueLength;

    private final RespDecoder decoder = new RespDecoder(512 << 20, 1L << 30);
    private ByteBuf received = Unpooled.EMPTY_BUFFER;

    @Setup
    public void prepare() {
        String command = "*3\r\n$3\r\nSET\r\n$16\r\nkey:000000000042\r\n$" + valueLength + "\r\n"
                + "x".repeat(valueLength) + "\r\n";
        received = Unpooled.directBuffer().writeBytes(command.getBytes(StandardCharsets.US_ASCII));
    }

    @Benchmark
    public Object decodeSet() throws ProtocolException {
        received.readerIndex(0);
        Object command = decoder.next(received);
        if (command == null) {
            throw new IllegalStateException("a whole command was not decoded");
        }
        return command;
    }
}
