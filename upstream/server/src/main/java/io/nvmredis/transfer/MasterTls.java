package io.nvmredis.transfer;

import io.nvmredis.certificates.CertificateFiles;
import io.nvmredis.certificates.TlsException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Files for TLS with the Redis that is imported from. Without authorities of the user's the JDK's count; as they vouch
 * for everybody, the certificate has to name the host then. Otherwise the name does not matter, as to Redis itself.
 *
 * @param authorityFile certificates of the authorities that the master's is from; empty for the JDK's
 * @param certificateFile certificate that is shown to the master; empty for none
 * @param keyFile key of this certificate
 * @param keyPassword password of the key; empty if it has none
 */
public record MasterTls(String authorityFile, String certificateFile, String keyFile, String keyPassword) {
    static final MasterTls NONE = new MasterTls("", "", "", "");

    /** Tells whether any file has been given. */
    boolean isGiven() {
        return !authorityFile.isEmpty() || !certificateFile.isEmpty() || !keyFile.isEmpty();
    }

    /**
     * Makes what connections are made with.
     *
     * @throws TlsException naming the file that cannot be used
     */
    SSLSocketFactory sockets() throws TlsException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers(), trustManagers(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsException("TLS cannot be set up: " + e.getMessage(), e);
        } catch (InvalidPathException e) {
            throw new TlsException("tls-ca-cert-file, tls-cert-file or tls-key-file is not the name of a file", e);
        }
    }

    /** Returns what is checked of the master beside that an authority vouches for it. */
    SSLParameters parameters() {
        SSLParameters parameters = new SSLParameters();
        if (authorityFile.isEmpty()) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        return parameters;
    }

    private TrustManager @Nullable [] trustManagers() throws TlsException, GeneralSecurityException, IOException {
        if (authorityFile.isEmpty()) {
            return null;
        }
        KeyStore trusted = emptyStore();
        for (X509Certificate each : CertificateFiles.certificates(Path.of(authorityFile), "tls-ca-cert-file")) {
            trusted.setCertificateEntry(Integer.toString(trusted.size()), each);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return factory.getTrustManagers();
    }

    private KeyManager @Nullable [] keyManagers() throws TlsException, GeneralSecurityException, IOException {
        if (certificateFile.isEmpty() && keyFile.isEmpty()) {
            return null;
        }
        if (certificateFile.isEmpty() || keyFile.isEmpty()) {
            throw new TlsException("tls-cert-file and tls-key-file go together");
        }
        List<X509Certificate> chain = CertificateFiles.certificates(Path.of(certificateFile), "tls-cert-file");
        char[] password = new char[0];
        KeyStore shown = emptyStore();
        shown.setKeyEntry(
                "own",
                CertificateFiles.key(Path.of(keyFile), keyPassword),
                password,
                chain.toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(shown, password);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /** Hides the password. */
    @Override
    public String toString() {
        return "TLS with " + authorityFile;
    }
}
