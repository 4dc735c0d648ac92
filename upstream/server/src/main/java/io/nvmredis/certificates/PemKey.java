package io.nvmredis.certificates;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Reads a private key in PEM: PKCS #8, with or without a password, and the traditional forms of OpenSSL, PKCS #1 of RSA
 * and SEC 1 of elliptic curves. These have the same numbers in them as PKCS #8, without the name of the algorithm around
 * them.
 */
final class PemKey {
    private static final Pattern KEY = Pattern.compile(
            "-----BEGIN (RSA |EC |ENCRYPTED |)PRIVATE KEY-----\\s+(.*?)-----END \\1PRIVATE KEY-----", Pattern.DOTALL);

    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");
    /** Scheme whose parameters say which algorithm it is. */
    private static final List<String> PARAMETRIC = List.of("PBES2", "1.2.840.113549.1.5.13");

    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int OBJECT_ID = 0x06;
    /** Tag of the parameters of a key of SEC 1: the curve. */
    private static final int PARAMETERS = 0xa0;

    private static final byte[] VERSION_0 = {2, 1, 0};
    /** rsaEncryption, 1.2.840.113549.1.1.1, without parameters. */
    private static final byte[] RSA = {
        OBJECT_ID, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
    };
    /** ecPublicKey, 1.2.840.10045.2.1. */
    private static final byte[] EC = {OBJECT_ID, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

    private PemKey() {}

    /**
     * Reads the first key of a text.
     *
     * @param password of the key; empty if it has none
     * @throws TlsException if there is no key that can be read
     */
    static PrivateKey read(byte[] pem, String password) throws TlsException {
        Matcher matcher = KEY.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        if (!matcher.find()) {
            throw new TlsException("has no private key in PEM");
        }
        String body = matcher.group(2);
        if (body.contains("ENCRYPTED")) {
            throw new TlsException("has a password in OpenSSL's old form; 'openssl pkcs8 -topk8' gives it the form that"
                    + " can be read here");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(body);
            return switch (matcher.group(1)) {
                case "RSA " -> key(new PKCS8EncodedKeySpec(wrapped(RSA, der)));
                case "EC " -> key(new PKCS8EncodedKeySpec(wrapped(joined(EC, curveOf(der)), der)));
                case "ENCRYPTED " -> key(decrypted(der, password));
                default -> key(new PKCS8EncodedKeySpec(der));
            };
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsException(
                    matcher.group(1).startsWith("ENCRYPTED")
                            ? "cannot be decrypted; is tls-key-file-pass right?"
                            : "has a private key that cannot be read",
                    e);
        } catch (IllegalArgumentException e) {
            throw new TlsException("is damaged", e);
        }
    }

    private static PrivateKey key(PKCS8EncodedKeySpec encoded) throws GeneralSecurityException {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (InvalidKeySpecException e) {
                // It is of another algorithm.
            }
        }
        throw new InvalidKeySpecException("the key is for none of " + ALGORITHMS);
    }

    private static PKCS8EncodedKeySpec decrypted(byte[] der, String password)
            throws GeneralSecurityException, IOException {
        EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
        String algorithm =
                PARAMETRIC.contains(info.getAlgName()) ? info.getAlgParameters().toString() : info.getAlgName();
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(
                Cipher.DECRYPT_MODE,
                SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password.toCharArray())),
                info.getAlgParameters());
        return info.getKeySpec(cipher);
    }

    /** Returns a key of a traditional form in PKCS #8. */
    private static byte[] wrapped(byte[] algorithm, byte[] der) {
        return element(SEQUENCE, joined(VERSION_0, element(SEQUENCE, algorithm), element(OCTETS, der)));
    }

    /** Returns the name of the curve, an element of DER, which stands behind the version and the private number. */
    private static byte[] curveOf(byte[] der) throws TlsException {
        try {
            int at = contentOf(der, 0);
            at = endOf(der, at);
            at = endOf(der, at);
            if ((der[at] & 0xff) != PARAMETERS) {
                throw new TlsException("has a key that does not name its curve");
            }
            int begin = contentOf(der, at);
            byte[] curve = new byte[endOf(der, begin) - begin];
            System.arraycopy(der, begin, curve, 0, curve.length);
            return curve;
        } catch (IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new TlsException("is damaged", e);
        }
    }

    /** Returns where the content of the element at this place begins. */
    private static int contentOf(byte[] der, int at) {
        int length = der[at + 1] & 0xff;
        return at + 2 + (length < 0x80 ? 0 : length & 0x7f);
    }

    private static int endOf(byte[] der, int at) {
        int length = der[at + 1] & 0xff;
        int content = contentOf(der, at);
        if (length >= 0x80) {
            length = 0;
            for (int i = at + 2; i < content; i++) {
                length = (length << 8) | (der[i] & 0xff);
            }
        }
        return content + length;
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.length;
        if (length < 0x80) {
            out.write(length);
        } else {
            int bytes = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
            out.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                out.write(length >> (8 * i));
            }
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
