package io.nvmredis.network;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of TLS, as Redis has them. It names no class of TLS, so that none is loaded without need.
 *
 * @param port port to listen on; 0: there is no TLS
 * @param certificateFile the server's certificate, and those between it and its authority, in PEM
 * @param keyFile the certificate's private key, in PEM
 * @param keyPassword password of the private key; empty if it has none
 * @param authorityFile certificates of authorities that clients' certificates are from; null if there is none
 * @param authorityDirectory directory of such files; null if there is none
 * @param clients whether clients must show a certificate
 * @param protocols versions of TLS; empty for the JDK's
 */
public record TlsSettings(
        int port,
        @Nullable Path certificateFile,
        @Nullable Path keyFile,
        String keyPassword,
        @Nullable Path authorityFile,
        @Nullable Path authorityDirectory,
        Clients clients,
        List<String> protocols,
        boolean prefersServerCiphers) {
    /** Versions that can be asked for. */
    public static final List<String> PROTOCOLS = List.of("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3");

    /** Whether clients show certificates. */
    public enum Clients {
        NO,
        YES,
        OPTIONAL
    }

    public TlsSettings {
        protocols = List.copyOf(protocols);
    }

    /** Tells whether there is TLS. */
    public boolean isOn() {
        return port > 0;
    }

    /** Hides the password. */
    @Override
    public String toString() {
        return "TLS on port " + port + " with " + certificateFile;
    }
}
