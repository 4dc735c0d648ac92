package io.nvmredis.network;

import io.netty.buffer.Unpooled;
import io.netty.channel.socket.SocketChannel;

/**
 * Ends a connection on which everything has been answered: tells the client that nothing more will come, and waits a
 * little for it to close. Closing at once, with input of the client unread, would reset the connection, and the last
 * reply might be lost on its way. Belongs to the connection's event loop.
 */
// Futures of the channel are ignored: an operation that fails closes the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class Farewell {
    /** Milliseconds that a client has to take the last replies and close, before the server closes the connection. */
    private static final long LINGER_MILLIS = 500;

    private final SocketChannel channel;
    private final ClientLoop loop;
    private final OutputEnd end;
    private final Runnable readOn;
    private boolean hasBegun;

    /**
     * Prepares the end of this channel.
     *
     * @param end ends the output
     * @param readOn resumes reading: what the client still sends is thrown away
     */
    Farewell(SocketChannel channel, ClientLoop loop, OutputEnd end, Runnable readOn) {
        this.channel = channel;
        this.loop = loop;
        this.end = end;
        this.readOn = readOn;
    }

    /** Begins the end, when all replies have been handed to the channel. */
    void begin() {
        hasBegun = true;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> linger());
    }

    private void linger() {
        if (channel.isInputShutdown()) {
            channel.close();
            return;
        }
        end.end(channel);
        readOn.run();
        loop.after(LINGER_MILLIS, channel::close);
    }

    /** Tells whether the end has begun, so that what the client still sends is thrown away. */
    boolean hasBegun() {
        return hasBegun;
    }

    /** Closes the channel if the client has closed its side and everything has been sent. */
    void inputEnded() {
        if (channel.isOutputShutdown()) {
            channel.close();
        }
        // Otherwise the last replies are still on their way to the socket: linger will close the channel.
    }
}
