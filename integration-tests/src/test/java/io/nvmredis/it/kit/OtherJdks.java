package io.nvmredis.it.kit;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The JDKs of this machine that the server can run on. */
public final class OtherJdks {
    private static final Path HOME = Path.of("/usr/lib/jvm");
    private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+)");
    private static final int OLDEST = 17;

    private OtherJdks() {}

    /** Their homes, each once. */
    public static List<Path> find() throws IOException {
        TreeSet<Path> homes = new TreeSet<>();
        if (Files.isDirectory(HOME)) {
            try (DirectoryStream<Path> all = Files.newDirectoryStream(HOME)) {
                for (Path home : all) {
                    if (Files.isExecutable(home.resolve("bin/java")) && version(home) >= OLDEST) {
                        homes.add(home.toRealPath());
                    }
                }
            }
        }
        return List.copyOf(homes);
    }

    private static int version(Path home) throws IOException {
        Path release = home.resolve("release");
        Matcher version = VERSION.matcher(Files.exists(release) ? Files.readString(release) : "");
        return version.find() ? Integer.parseInt(version.group(1)) : 0;
    }
}
