package io.nvmredis.network;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.nvmredis.certificates.TlsException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * TLS of a server: the context that new connections are made with, which can be replaced. Connections that are open keep
 * theirs. Any thread.
 */
public final class TlsFront {
    /** Milliseconds that a client has to finish the handshake. */
    private static final long HANDSHAKE_MILLIS = 10_000;
    /** Milliseconds that the last record, which tells the client of the end, may take to be sent. */
    private static final long END_MILLIS = 500;

    private static final String NO_RENEGOTIATION = "jdk.tls.rejectClientInitiatedRenegotiation";

    static {
        // Each renegotiation costs as much as a handshake, and a client may ask for it before it has authenticated.
        if (System.getProperty(NO_RENEGOTIATION) == null) {
            System.setProperty(NO_RENEGOTIATION, "true");
        }
    }

    /** What new connections are made with, as one. */
    private record Current(SslContext context, boolean prefersServerCiphers) {}

    /** Context that is complete and not in force yet. */
    public static final class Prepared {
        private final Current current;

        private Prepared(Current current) {
            this.current = current;
        }
    }

    private volatile Current current;

    /**
     * Makes TLS of the settings.
     *
     * @throws TlsException naming what cannot be used
     */
    public TlsFront(TlsSettings settings) throws TlsException {
        current = prepare(settings).current;
    }

    /**
     * Makes a context, and leaves the one in force as it is.
     *
     * @throws TlsException naming what cannot be used
     */
    public static Prepared prepare(TlsSettings settings) throws TlsException {
        return new Prepared(new Current(TlsContext.of(settings), settings.prefersServerCiphers()));
    }

    /** Puts a context into force for connections to come. */
    public void use(Prepared prepared) {
        current = prepared.current;
    }

    /** Makes the handler of a new connection. */
    SslHandler handler(ByteBufAllocator allocator) {
        Current now = current;
        SslHandler handler = now.context.newHandler(allocator);
        SSLEngine engine = handler.engine();
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setUseCipherSuitesOrder(now.prefersServerCiphers);
        engine.setSSLParameters(parameters);
        handler.setHandshakeTimeoutMillis(HANDSHAKE_MILLIS);
        handler.setCloseNotifyFlushTimeoutMillis(END_MILLIS);
        return handler;
    }
}
