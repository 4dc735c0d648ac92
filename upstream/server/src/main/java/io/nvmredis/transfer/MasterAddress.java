package io.nvmredis.transfer;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Address of a Redis, in the form {@code redis://[[user]:password@]host[:port]}.
 *
 * @param user null for the default user
 * @param password null if none is needed
 */
record MasterAddress(
        String host,
        int port,
        @Nullable String user,
        @Nullable String password) {
    static final String SCHEME = "redis://";

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
        if (source.startsWith("rediss://")) {
            faults.add(
                    "'" + withoutPassword(source) + "': there is no TLS here; put a tunnel before it (stunnel, ssh -L)"
                            + " and give its address, with redis://");
            return null;
        }
        URI uri = uri(source);
        if (uri == null || !source.startsWith(SCHEME) || uri.getHost() == null) {
            faults.add("'" + withoutPassword(source) + "' is not of the form redis://[[user]:password@]host[:port]");
            return null;
        }
        if (uri.getPath() != null && uri.getPath().length() > 1) {
            faults.add("'" + withoutPassword(source) + "' names a database: a replica gets them all; leave "
                    + uri.getPath() + " out");
            return null;
        }
        return of(uri);
    }

    private static @Nullable URI uri(String source) {
        try {
            return new URI(source);
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private static MasterAddress of(URI uri) {
        String userInfo = uri.getUserInfo();
        int colon = userInfo == null ? -1 : userInfo.indexOf(':');
        String user = userInfo == null || colon <= 0 ? null : userInfo.substring(0, colon);
        String password = userInfo == null ? null : userInfo.substring(colon + 1);
        String host = uri.getHost().startsWith("[")
                ? uri.getHost().substring(1, uri.getHost().length() - 1)
                : uri.getHost();
        return new MasterAddress(host, uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(), user, password);
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
        return SCHEME + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
