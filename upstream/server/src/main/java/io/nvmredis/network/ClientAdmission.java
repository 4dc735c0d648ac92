package io.nvmredis.network;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.SocketChannel;
import java.nio.charset.StandardCharsets;

/** Decides whether an accepted connection is served, and serves it. Belongs to the connection's event loop. */
// Futures of the channel are ignored: an operation that fails closes the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class ClientAdmission {
    /** Error for clients of other machines in protected mode, in Redis's words. */
    private static final byte[] DENIED =
            ("-DENIED Redis is running in protected mode because protected mode is enabled and no password is "
                            + "set for the default user. In this mode connections are only accepted from the loopback "
                            + "interface. If you want to connect from external computers to Redis you may adopt one of the "
                            + "following solutions: 1) Just disable protected mode sending the command 'CONFIG SET "
                            + "protected-mode no' from the loopback interface by connecting to Redis from the same host the "
                            + "server is running, however MAKE SURE Redis is not publicly accessible from internet if you do "
                            + "so. Use CONFIG REWRITE to make this change permanent. 2) Alternatively you can just disable the "
                            + "protected mode by editing the Redis configuration file, and setting the protected mode option to "
                            + "'no', and then restarting the server. 3) If you started the server manually just for testing, "
                            + "restart it with the '--protected-mode no' option. 4) Setup a an authentication password for the "
                            + "default user. NOTE: You only need to do one of the above things in order for the server to start "
                            + "accepting connections from the outside.\r\n")
                    .getBytes(StandardCharsets.US_ASCII);

    private static final byte[] TOO_MANY_CLIENTS =
            "-ERR max number of clients reached\r\n".getBytes(StandardCharsets.US_ASCII);

    private final FrontEnd frontEnd;

    ClientAdmission(FrontEnd frontEnd) {
        this.frontEnd = frontEnd;
    }

    FrontEnd frontEnd() {
        return frontEnd;
    }

    /** Tells whether only clients of this machine are served, and this is none. It is refused then. */
    boolean denies(SocketChannel channel) {
        if (frontEnd.engine().access().isForThisMachineAlone() && !PeerAddress.isLoopback(channel.remoteAddress())) {
            frontEnd.connections().reject();
            refuse(channel, DENIED);
            return true;
        }
        return false;
    }

    /** Counts one more connection. Returns false if there are too many. */
    boolean count(SocketChannel channel) {
        if (!frontEnd.connections().admit()) {
            return false;
        }
        channel.closeFuture().addListener(closed -> frontEnd.connections().leave());
        return true;
    }

    /** Counts one more connection, or refuses it. */
    boolean admits(SocketChannel channel) {
        if (!count(channel)) {
            refuse(channel, TOO_MANY_CLIENTS);
            return false;
        }
        return true;
    }

    /** Serves a connection that has been counted. */
    void serve(SocketChannel channel, OutputEnd end) {
        KeepAlive.apply(channel, frontEnd.limits().keepAliveSeconds());
        ClientConnection connection = ClientConnection.open(frontEnd, channel, end);
        frontEnd.connections().add(connection);
        channel.closeFuture().addListener(closed -> {
            frontEnd.connections().remove(connection);
            connection.onClosed();
        });
        channel.pipeline().addLast(connection);
    }

    private static void refuse(SocketChannel channel, byte[] why) {
        channel.config().setAutoRead(false);
        channel.writeAndFlush(Unpooled.wrappedBuffer(why)).addListener(ChannelFutureListener.CLOSE);
    }
}
