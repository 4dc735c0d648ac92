package io.nvmredis.network;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.nvmredis.certificates.CertificateFiles;
import io.nvmredis.certificates.TlsException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the context of TLS of the settings and of the files that they name: certificate, key and authorities. Nothing is
 * taken of files of which one is bad.
 */
final class TlsContext {
    private static final Logger LOG = LoggerFactory.getLogger(TlsContext.class);

    private TlsContext() {}

    /**
     * Makes a context.
     *
     * @throws TlsException naming the setting and the file that cannot be used
     */
    static SslContext of(TlsSettings settings) throws TlsException {
        Path certificateFile = given(settings.certificateFile(), "tls-cert-file");
        Path keyFile = given(settings.keyFile(), "tls-key-file");
        List<X509Certificate> chain = CertificateFiles.certificates(certificateFile, "tls-cert-file");
        PrivateKey key = CertificateFiles.key(keyFile, settings.keyPassword());
        if (!CertificateFiles.isPair(chain.get(0).getPublicKey(), key)) {
            throw new TlsException("tls-key-file " + keyFile + " is not the key of the certificate in tls-cert-file "
                    + certificateFile);
        }
        CertificateFiles.warnOfReaders(keyFile);
        try {
            SslContextBuilder builder = SslContextBuilder.forServer(key, chain)
                    .sslProvider(SslProvider.JDK)
                    .clientAuth(clientAuth(settings.clients()));
            List<X509Certificate> authorities = authorities(settings);
            if (!authorities.isEmpty()) {
                builder.trustManager(authorities);
            }
            if (!settings.protocols().isEmpty()) {
                builder.protocols(settings.protocols());
            }
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new TlsException("TLS cannot be set up: " + e.getMessage(), e);
        }
    }

    private static Path given(@Nullable Path file, String setting) throws TlsException {
        if (file == null) {
            throw new TlsException(setting + " names no file, and tls-port needs one");
        }
        return file;
    }

    private static List<X509Certificate> authorities(TlsSettings settings) throws TlsException {
        List<X509Certificate> authorities = new ArrayList<>();
        if (settings.authorityFile() != null) {
            authorities.addAll(CertificateFiles.certificates(settings.authorityFile(), "tls-ca-cert-file"));
        }
        if (settings.authorityDirectory() != null) {
            for (Path file : CertificateFiles.files(settings.authorityDirectory())) {
                addIfAny(file, authorities);
            }
        }
        if (authorities.isEmpty() && settings.clients() != TlsSettings.Clients.NO) {
            throw new TlsException("tls-ca-cert-file or tls-ca-cert-dir has to name the authorities of clients'"
                    + " certificates, unless tls-auth-clients is no");
        }
        return authorities;
    }

    /** Adds the certificates of a file in a directory, in which other files may be as well. */
    private static void addIfAny(Path file, List<X509Certificate> authorities) {
        try {
            authorities.addAll(CertificateFiles.certificates(file, "tls-ca-cert-dir"));
        } catch (TlsException e) {
            LOG.warn("{}: it is passed over", e.getMessage());
        }
    }

    private static ClientAuth clientAuth(TlsSettings.Clients clients) {
        return switch (clients) {
            case NO -> ClientAuth.NONE;
            case YES -> ClientAuth.REQUIRE;
            case OPTIONAL -> ClientAuth.OPTIONAL;
        };
    }
}
