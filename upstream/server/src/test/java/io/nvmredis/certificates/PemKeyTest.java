package io.nvmredis.certificates;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.spi.testkit.RealRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys of the JDK, which openssl has brought into its forms, are read as what they were. */
class PemKeyTest {
    @TempDir
    Path directory;

    private static KeyPair pair(String algorithm) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(algorithm.equals("RSA") ? 2048 : 256);
        return generator.generateKeyPair();
    }

    private Path pkcs8(PrivateKey key) throws IOException {
        return Files.writeString(
                directory.resolve("key.pem"),
                "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(key.getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");
    }

    private byte[] converted(Path key, String... options) throws Exception {
        RealRedis.assume("openssl");
        Path target = directory.resolve("converted.pem");
        String[] command = new String[options.length + 5];
        command[0] = "openssl";
        System.arraycopy(options, 0, command, 1, options.length);
        command[options.length + 1] = "-in";
        command[options.length + 2] = key.toString();
        command[options.length + 3] = "-out";
        command[options.length + 4] = target.toString();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), US_ASCII);
        assertThat(process.waitFor()).as(said).isZero();
        return Files.readAllBytes(target);
    }

    @ParameterizedTest
    @CsvSource({"RSA", "EC"})
    void shouldReadModernKeys(String algorithm) throws Exception {
        PrivateKey key = pair(algorithm).getPrivate();
        assertThat(PemKey.read(Files.readAllBytes(pkcs8(key)), "")).isEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource({"RSA, rsa -traditional, RSA PRIVATE", "EC, ec, EC PRIVATE"})
    void shouldReadTraditionalKeys(String algorithm, String options, String kind) throws Exception {
        KeyPair pair = pair(algorithm);
        byte[] pem = converted(pkcs8(pair.getPrivate()), options.split(" ", -1));
        assertThat(new String(pem, US_ASCII)).contains("BEGIN " + kind + " KEY");
        assertThat(CertificateFiles.isPair(pair.getPublic(), PemKey.read(pem, "")))
                .isTrue();
        assertThat(CertificateFiles.isPair(pair(algorithm).getPublic(), PemKey.read(pem, "")))
                .isFalse();
    }

    @Test
    void shouldReadAKeyWithItsPassword() throws Exception {
        PrivateKey key = pair("RSA").getPrivate();
        byte[] pem = converted(pkcs8(key), "pkcs8", "-topk8", "-passout", "pass:hidden");
        assertThat(PemKey.read(pem, "hidden")).isEqualTo(key);
        assertThatThrownBy(() -> PemKey.read(pem, "other"))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining("tls-key-file-pass");
    }

    @Test
    void shouldRefuseWhatIsNoKey() {
        for (String text : new String[] {
            "",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            "-----BEGIN EC PRIVATE KEY-----\nMP////8=\n-----END EC PRIVATE KEY-----\n",
            "-----BEGIN RSA PRIVATE KEY-----\n!\n-----END RSA PRIVATE KEY-----\n"
        }) {
            assertThatThrownBy(() -> PemKey.read(text.getBytes(US_ASCII), ""))
                    .as(text)
                    .isInstanceOf(TlsException.class);
        }
    }
}
