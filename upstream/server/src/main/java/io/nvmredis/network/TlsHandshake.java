package io.nvmredis.network;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection over TLS until its handshake has ended; then it is served as any other. What the JDK keeps for it counts
 * as memory of clients from the beginning: who opens connections and goes no further takes no more than others.
 *
 * <p>Belongs to the connection's event loop.
 */
// Futures of the channel are ignored: an operation that fails closes the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class TlsHandshake extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(TlsHandshake.class);
    /** Bytes that a handshake takes at most, about: buffers for two records, certificates, and the JDK's state. */
    private static final long HANDSHAKE_BYTES = 96 << 10;
    /** Bytes that an open connection takes more than one without TLS, about: the state, and a part of a record. */
    private static final long OPEN_BYTES = 24 << 10;

    private final ClientAdmission admission;
    private final SocketChannel channel;
    private final SslHandler tls;
    private @Nullable ClientAccount account;

    private TlsHandshake(ClientAdmission admission, SocketChannel channel, SslHandler tls) {
        this.admission = admission;
        this.channel = channel;
        this.tls = tls;
    }

    /** Begins the handshake of a connection that has just been accepted. */
    static void begin(ClientAdmission admission, SocketChannel channel, TlsFront front) {
        // As with Redis no error is sent: the client would not understand it before the handshake.
        if (!admission.count(channel)) {
            channel.close();
            return;
        }
        SslHandler tls = front.handler(channel.alloc());
        TlsHandshake handshake = new TlsHandshake(admission, channel, tls);
        if (handshake.takeMemory()) {
            channel.pipeline().addLast(tls, handshake);
        } else {
            LOG.warn(
                    "client {} is disconnected: there is no memory for its handshake, see maxmemory-clients",
                    channel.remoteAddress());
            channel.close();
        }
    }

    private boolean takeMemory() {
        ClientAccount opened = admission.frontEnd().memory().open(this::evict);
        account = opened;
        opened.greets(true);
        channel.closeFuture().addListener(closed -> opened.close());
        if (!opened.tryGrow(HANDSHAKE_BYTES)) {
            return false;
        }
        opened.set(HANDSHAKE_BYTES, 0);
        return true;
    }

    private void evict() {
        channel.eventLoop().execute(channel::close);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completion) {
            if (completion.isSuccess()) {
                serve(context);
            } else {
                LOG.info(
                        "client {} is disconnected: its TLS handshake failed: {}",
                        channel.remoteAddress(),
                        completion.cause().getMessage());
                channel.close();
            }
        }
    }

    private void serve(ChannelHandlerContext context) {
        ClientAccount taken = account;
        if (taken != null) {
            taken.set(OPEN_BYTES, 0);
            taken.greets(false);
        }
        if (!admission.denies(channel)) {
            admission.serve(channel, open -> tls.closeOutbound().addListener(told -> open.shutdownOutput()));
            context.pipeline().remove(this);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("client {} lost: {}", channel.remoteAddress(), cause.toString());
        channel.close();
    }
}
