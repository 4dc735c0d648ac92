package io.nvmredis.certificates;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads certificates and keys in PEM. Any thread. */
public final class CertificateFiles {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateFiles.class);
    private static final int MAX_FILE_BYTES = 1 << 20;
    private static final int MAX_FILES = 1_000;

    private CertificateFiles() {}

    private static byte[] content(Path file, String setting) throws TlsException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw new TlsException(setting + " " + file + " is longer than " + MAX_FILE_BYTES + " bytes");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw new TlsException(setting + " " + file + " does not exist", e);
        } catch (IOException e) {
            throw new TlsException(setting + " " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Reads the certificates of a file.
     *
     * @throws TlsException naming the setting and the file, if there is none that can be read
     */
    public static List<X509Certificate> certificates(Path file, String setting) throws TlsException {
        byte[] bytes = content(file, setting);
        try {
            Collection<? extends Certificate> read =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes));
            if (read.isEmpty()) {
                throw new TlsException(setting + " " + file + " has no certificate in PEM");
            }
            return read.stream().map(X509Certificate.class::cast).toList();
        } catch (GeneralSecurityException e) {
            throw new TlsException(setting + " " + file + " has a certificate that cannot be read", e);
        }
    }

    /**
     * Reads the private key of a file.
     *
     * @param password of the key; empty if it has none
     * @throws TlsException naming the file, if there is none that can be read
     */
    public static PrivateKey key(Path file, String password) throws TlsException {
        try {
            return PemKey.read(content(file, "tls-key-file"), password);
        } catch (TlsException e) {
            String why = String.valueOf(e.getMessage());
            throw why.startsWith("tls-key-file") ? e : new TlsException("tls-key-file " + file + " " + why, e);
        }
    }

    /** Tells whether what the key signs is signed in the eyes of the certificate. */
    public static boolean isPair(PublicKey certified, PrivateKey key) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update((byte) 1);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update((byte) 1);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Says so if others than its owner may read a key. */
    public static void warnOfReaders(Path keyFile) {
        try {
            if (Files.getPosixFilePermissions(keyFile).contains(PosixFilePermission.OTHERS_READ)) {
                LOG.warn("every user of this machine can read the private key {}; chmod o= it", keyFile);
            }
        } catch (IOException e) {
            LOG.debug("the mode of {} is not known", keyFile, e);
        }
    }

    /** Returns the files of a directory; OpenSSL finds some by a hash in their names, here all of them count. */
    public static List<Path> files(Path directory) throws TlsException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile).sorted().limit(MAX_FILES).toList();
        } catch (IOException e) {
            throw new TlsException("tls-ca-cert-dir " + directory + " cannot be read: " + e.getMessage(), e);
        }
    }
}
