package io.nvmredis.network;

import io.netty.buffer.Unpooled;
import io.netty.channel.socket.SocketChannel;

/**
 * The end of a connection on which all has been answered: says that nothing more will come, and waits a little for the
 * client to close. To close at once, with input of the client's unread, would reset the connection, and the last reply
 * might be lost on its way. Belongs to the connection's event loop.
 */
// The futures of a channel are not looked at: what fails closes the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class Farewell {
    /** How long a client is given to take the last words and close, before it is closed under it. */
    private static final long LINGER_MILLIS = 500;

    private final SocketChannel channel;
    private final ClientLoop loop;
    private final Runnable readOn;
    private boolean hasBegun;

    /**
     * The end of this channel.
     *
     * @param readOn has what the client still sends be read, and thrown away
     */
    Farewell(SocketChannel channel, ClientLoop loop, Runnable readOn) {
        this.channel = channel;
        this.loop = loop;
        this.readOn = readOn;
    }

    /** All has been handed to the channel. */
    void begin() {
        hasBegun = true;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> linger());
    }

    private void linger() {
        if (channel.isInputShutdown()) {
            channel.close();
            return;
        }
        channel.shutdownOutput();
        readOn.run();
        loop.after(LINGER_MILLIS, channel::close);
    }

    /** Whether all has been sent, and what the client still sends is thrown away. */
    boolean hasBegun() {
        return hasBegun;
    }

    /** The client has closed its side. */
    void inputEnded() {
        if (channel.isOutputShutdown()) {
            channel.close();
        }
        // Otherwise the last replies are still on their way to the socket: linger will close.
    }
}
