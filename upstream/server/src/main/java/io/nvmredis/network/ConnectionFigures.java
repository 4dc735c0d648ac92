package io.nvmredis.network;

import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.UnixChannel;
import io.nvmredis.engine.context.ClientFigures;
import java.util.concurrent.TimeUnit;

/**
 * Figures of what one connection has done and takes, for CLIENT LIST. The connection's event loop counts. Other threads
 * may read figures of a moment ago, none of which depends on another.
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
        this.address = PeerAddress.text(channel.remoteAddress());
        this.localAddress = PeerAddress.text(channel.localAddress());
    }

    /** Notes that input has come or a message has been queued. */
    void active(long nowNanos) {
        activeNanos = nowNanos;
    }

    /** Tells whether nothing has come or been queued for so long. Any thread; about right on others than the loop. */
    boolean isIdleFor(long nanos) {
        return System.nanoTime() - activeNanos > nanos;
    }

    /** Notes what the connection takes now. */
    void count(InputQueue input, long newCommandBytes, ClientReplies replies) {
        queryBytes = input.unrunBytes();
        freeQueryBytes = input.memoryBytes() - queryBytes;
        commandBytes = newCommandBytes;
        replyCount = replies.batchCount();
    }

    /** Returns the figures. Any thread. */
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
                account.standing() == ClientAccount.Standing.EXEMPT);
    }
}
