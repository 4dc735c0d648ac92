import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Unpacks upstream's sources jar and applies {@code patches/series} to it, as a step of the build.
 *
 * <p>Arguments: the jar, its pinned SHA-256, the patches folder, the folder for the sources, the folder for the
 * resources. A patch is a unified diff of insertions alone, without context, so that it holds no line of upstream's.
 * Context is what {@code patch} would use to notice that a file has moved on; here each file section is preceded by an
 * {@code upstream-sha256:} line instead, the hash of the file the hunks were made for, and any other content fails the
 * build with the name of the patch.
 */
public final class PatchUpstream {
    private static final Pattern HUNK = Pattern.compile("@@ -(\\d+),0 \\+\\d+(?:,(\\d+))? @@.*");
    private static final Pattern TARGET = Pattern.compile("\\+\\+\\+ b/(\\S+).*");
    private static final Pattern HASH = Pattern.compile("upstream-sha256: ([0-9a-f]{64})");

    private PatchUpstream() {}

    public static void main(String[] args) throws IOException {
        Path jar = Path.of(args[0]);
        String expectedHash = args[1];
        Path patches = Path.of(args[2]);
        Path sources = Path.of(args[3]);
        Path resources = Path.of(args[4]);

        byte[] jarBytes = Files.readAllBytes(jar);
        String jarHash = sha256(jarBytes);
        if (!jarHash.equals(expectedHash)) {
            fail(jar + ": SHA-256 is " + jarHash + ", pinned is " + expectedHash
                    + " (jedis-mock.sources.sha256 in the parent POM). Delete it from the local repository and build"
                    + " again; if it stays, this is not the release the project was built on.");
        }
        List<Path> series = readSeries(patches);
        String stamp = jarHash + stampOf(series);
        Path stampFile = sources.resolveSibling("patched.stamp");
        if (Files.exists(stampFile) && Files.readString(stampFile).equals(stamp) && Files.isDirectory(resources)) {
            return;
        }
        deleteRecursively(sources);
        Files.deleteIfExists(stampFile);
        unpack(jar, sources, resources);
        for (Path patch : series) {
            apply(patch, sources);
        }
        Files.writeString(stampFile, stamp);
    }

    private static List<Path> readSeries(Path patches) throws IOException {
        List<Path> series = new ArrayList<>();
        for (String line : Files.readAllLines(patches.resolve("series"))) {
            String name = line.strip();
            if (!name.isEmpty() && !name.startsWith("#")) {
                series.add(patches.resolve(name));
            }
        }
        return series;
    }

    private static String stampOf(List<Path> series) throws IOException {
        StringBuilder stamp = new StringBuilder();
        for (Path patch : series) {
            stamp.append('\n').append(patch.getFileName()).append(' ').append(sha256(Files.readAllBytes(patch)));
        }
        return stamp.toString();
    }

    private static void unpack(Path jar, Path sources, Path resources) throws IOException {
        try (InputStream in = Files.newInputStream(jar);
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.isDirectory() || entry.getName().startsWith("META-INF/")) {
                    continue;
                }
                Path root = entry.getName().endsWith(".java") ? sources : resources;
                Path target = root.resolve(entry.getName()).normalize();
                if (!target.startsWith(root)) {
                    fail(jar + ": entry leaves the folder: " + entry.getName());
                }
                Files.createDirectories(target.getParent());
                Files.write(target, zip.readAllBytes());
            }
        }
    }

    private static void apply(Path patch, Path sources) throws IOException {
        List<String> lines = Files.readAllLines(patch);
        String expectedHash = null;
        int i = 0;
        while (i < lines.size()) {
            Matcher hash = HASH.matcher(lines.get(i));
            Matcher target = TARGET.matcher(lines.get(i));
            if (hash.matches()) {
                expectedHash = hash.group(1);
                i++;
            } else if (target.matches()) {
                if (expectedHash == null) {
                    fail(patch + ":" + (i + 1) + ": no upstream-sha256 line before this file");
                }
                i = applyToFile(patch, lines, i + 1, sources.resolve(target.group(1)), expectedHash);
                expectedHash = null;
            } else {
                i++;
            }
        }
    }

    private static int applyToFile(Path patch, List<String> lines, int start, Path file, String expectedHash)
            throws IOException {
        if (!Files.exists(file)) {
            fail(patch + " no longer fits: upstream has no " + file.getFileName());
        }
        byte[] content = Files.readAllBytes(file);
        String actualHash = sha256(content);
        if (!actualHash.equals(expectedHash)) {
            fail(patch + " no longer fits: " + file.getFileName() + " has SHA-256 " + actualHash
                    + ", the patch was made for " + expectedHash + ". Look at the file, then refresh the patch.");
        }
        List<String> source =
                new ArrayList<>(Arrays.asList(new String(content, StandardCharsets.UTF_8).split("\n", -1)));
        int inserted = 0;
        int i = start;
        while (i < lines.size()) {
            Matcher hunk = HUNK.matcher(lines.get(i));
            if (!hunk.matches()) {
                if (lines.get(i).startsWith("@@")) {
                    fail(patch + ":" + (i + 1) + ": not an insertion without context: " + lines.get(i));
                }
                break;
            }
            int count = hunk.group(2) == null ? 1 : Integer.parseInt(hunk.group(2));
            int at = Integer.parseInt(hunk.group(1)) + inserted;
            for (int k = 1; k <= count; k++) {
                String line = i + k < lines.size() ? lines.get(i + k) : "";
                if (!line.startsWith("+")) {
                    fail(patch + ":" + (i + k + 1) + ": expected an inserted line, found: " + line);
                }
                source.add(at + k - 1, line.substring(1));
            }
            inserted += count;
            i += count + 1;
        }
        Files.writeString(file, String.join("\n", source));
        return i;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void deleteRecursively(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException failure) {
                delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void delete(Path path) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void fail(String message) {
        System.err.println("PatchUpstream: " + message);
        System.exit(1);
    }
}
