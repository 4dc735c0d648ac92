package io.nvmredis.transfer;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Address of a Redis, in the form {@code redis://[[user]:password@]host[:port]}, or {@code rediss://} for TLS.
 *
 * @param user null for the default user
 * @param password null if none is needed
 * @param isTls whether it is spoken to over TLS
 */
record MasterAddress(
        String host,
        int port,
        @Nullable String user,
        @Nullable String password,
        boolean isTls) {
    static final String SCHEME = "redis://";
    static final String TLS_SCHEME = "rediss://";

    private static final int DEFAULT_PORT = 6379;

    /** Tells whether a source means a running Redis and not a file. */
    static boolean isMeantBy(String source) {
        return source.contains("://");
    }

    /**
     * Parses a source, and adds what is wrong with it to the faults.
     *
     * @return the address, or null if there is a fault
     */
    static @Nullable MasterAddress parse(String source, List<String> faults) {
        URI uri = uri(source);
        boolean isKnown = source.startsWith(SCHEME) || source.startsWith(TLS_SCHEME);
        if (uri == null || !isKnown || uri.getHost() == null) {
            faults.add("'" + withoutPassword(source)
                    + "' is not of the form redis://[[user]:password@]host[:port], or rediss:// for TLS");
            return null;
        }
        if (uri.getPath() != null && uri.getPath().length() > 1) {
            faults.add("'" + withoutPassword(source) + "' names a database: a replica gets them all; leave "
                    + uri.getPath() + " out");
            return null;
        }
        return of(uri, source);
    }

    private static @Nullable URI uri(String source) {
        try {
            return new URI(source);
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private static MasterAddress of(URI uri, String source) {
        String userInfo = uri.getUserInfo();
        int colon = userInfo == null ? -1 : userInfo.indexOf(':');
        String user = userInfo == null || colon <= 0 ? null : userInfo.substring(0, colon);
        String password = userInfo == null ? null : userInfo.substring(colon + 1);
        String host = uri.getHost().startsWith("[")
                ? uri.getHost().substring(1, uri.getHost().length() - 1)
                : uri.getHost();
        return new MasterAddress(
                host, uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(), user, password, source.startsWith(TLS_SCHEME));
    }

    /** Returns a source without its password, so that it may be shown. */
    static String withoutPassword(String source) {
        int at = source.lastIndexOf('@');
        return at < 0 || !isMeantBy(source)
                ? source
                : source.substring(0, source.indexOf("://") + 3) + "..." + source.substring(at);
    }

    /** Returns the address without user and password. */
    @Override
    public String toString() {
        return (isTls ? TLS_SCHEME : SCHEME) + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
