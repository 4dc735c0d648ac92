package io.nvmredis.bench.arm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Another Java server that speaks Redis's protocol, from Maven Central. It is fetched when it is asked for, and runs in
 * a process and on a classpath of its own, from a source file of ours that starts it on a directory and a port.
 *
 * @param coordinates group, artifact and version
 * @param source name of the source file, a resource beside this class
 */
public record Peer(String name, String coordinates, String source, String promise) {
    /** Those that are known. */
    public static List<Peer> all() {
        return List.of(
                new Peer("jedis-mock", "com.github.fppt:jedis-mock:1.1.18", "JedisMockPeer.java", "nothing is kept"),
                new Peer(
                        "claudb",
                        "com.github.tonivade:claudb:2.5",
                        "ClauDbPeer.java",
                        "kept in an H2 MVStore file, which writes about once a second"),
                new Peer(
                        "infinispan",
                        "org.infinispan:infinispan-server-runtime:16.0.7",
                        "InfinispanPeer.java",
                        "RESP endpoint over a soft-index file store, write-through, without sync of each write"));
    }

    Arm.Recipe recipe(List<String> jvmOptions) {
        return (directory, port) -> {
            List<String> words = new ArrayList<>(ArmCatalog.javaWords(jvmOptions));
            Path home = fetched();
            words.addAll(List.of(
                    "-cp", home.resolve("lib") + "/*", home.resolve(source).toString()));
            words.addAll(List.of(directory.toString(), Integer.toString(port)));
            return new Arm.Command(words);
        };
    }

    /** The folder with its jars; they stay there from one run to the next. */
    private Path fetched() throws UnavailableException {
        Path home =
                Path.of(System.getProperty("user.home"), ".cache", "nvm-redis-bench", coordinates.replace(':', '_'));
        try {
            Files.createDirectories(home);
            try (InputStream text = Peer.class.getResourceAsStream(source)) {
                Files.copy(Objects.requireNonNull(text), home.resolve(source), StandardCopyOption.REPLACE_EXISTING);
            }
            Path complete = home.resolve("complete");
            if (!Files.exists(complete)) {
                fetch(home);
                Files.createFile(complete);
            }
            return home;
        } catch (IOException e) {
            throw new UnavailableException("it cannot be fetched into " + home + ": " + e, e);
        }
    }

    /** A project that depends on it. */
    private String project(String group, String artifact, String version) {
        return String.format(Locale.ROOT, """
            <project xmlns="http://maven.apache.org/POM/4.0.0">
              <modelVersion>4.0.0</modelVersion>
              <groupId>io.nvmredis.peer</groupId>
              <artifactId>%s</artifactId>
              <version>1</version>
              <dependencies>
                <dependency>
                  <groupId>%s</groupId>
                  <artifactId>%s</artifactId>
                  <version>%s</version>
                </dependency>
              </dependencies>
            </project>
            """, name, group, artifact, version);
    }

    private void fetch(Path home) throws IOException, UnavailableException {
        String[] parts = coordinates.split(":", -1);
        Path pom = home.resolve("pom.xml");
        Files.writeString(pom, project(parts[0], parts[1], parts[2]), StandardCharsets.UTF_8);
        Path output = home.resolve("maven.out");
        Process maven = new ProcessBuilder(
                        "mvn",
                        "-B",
                        "-ntp",
                        "-q",
                        "-f",
                        pom.toString(),
                        "dependency:copy-dependencies",
                        "-DoutputDirectory=" + home.resolve("lib"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        maven.onExit().join();
        if (maven.exitValue() != 0) {
            throw new UnavailableException("Maven does not get " + coordinates + ": "
                    + Files.readString(output, StandardCharsets.UTF_8)
                            .lines()
                            .findFirst()
                            .orElse(""));
        }
    }
}
