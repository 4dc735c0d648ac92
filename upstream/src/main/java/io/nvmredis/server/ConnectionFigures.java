package io.nvmredis.server;

import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.UnixChannel;
import io.nvmredis.engine.ClientFigures;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one connection has done and takes, for CLIENT LIST. The connection's event loop counts; whoever asks may see figures
 * of a moment ago, of which none depends on another.
 */
final class ConnectionFigures {
    private final SocketChannel channel;
    private final ClientAccount account;
    private final PauseWait pause;
    private final String address;
    private final String localAddress;
    private final long openedNanos = System.nanoTime();

    private long activeNanos = openedNanos;
    private long queryBytes;
    private long freeQueryBytes;
    private long commandBytes;
    private long replyCount;

    ConnectionFigures(SocketChannel channel, ClientAccount account, PauseWait pause) {
        this.channel = channel;
        this.account = account;
        this.pause = pause;
        this.address = text(channel.remoteAddress());
        this.localAddress = text(channel.localAddress());
    }

    /** As Redis writes it; a socket that is closed already has none. */
    private static String text(@Nullable InetSocketAddress address) {
        if (address == null || address.getAddress() == null) {
            return "?:0";
        }
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    /** Something has come, or a message has gone. */
    void active(long nowNanos) {
        activeNanos = nowNanos;
    }

    /** What is there now. */
    void count(InputQueue input, long newCommandBytes, ReplyQueue replies) {
        queryBytes = input.unrunBytes();
        freeQueryBytes = input.memoryBytes() - queryBytes;
        commandBytes = newCommandBytes;
        replyCount = replies.batchCount();
    }

    /** Any thread. */
    ClientFigures now() {
        long nanos = System.nanoTime();
        return new ClientFigures(
                address,
                localAddress,
                channel instanceof UnixChannel unix ? unix.fd().intValue() : -1,
                TimeUnit.NANOSECONDS.toSeconds(nanos - openedNanos),
                Math.max(0, TimeUnit.NANOSECONDS.toSeconds(nanos - activeNanos)),
                queryBytes,
                freeQueryBytes,
                commandBytes,
                replyCount,
                account.outputBytes(),
                account.totalBytes(),
                channel.config().isAutoRead(),
                pause.isWaiting(),
                account.isExempt());
    }
}
