package io.nvmredis.nvm.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Files of a directory as a released version wrote them, and what they show, in a zip file or a folder of the test resources.
 *
 * @param files content of each file, by name
 * @param shown what {@link ShownTable} shows of each key: type, value and deadline
 */
public record GoldenDirectory(Map<String, byte[]> files, Map<String, String> shown) {
    private static final String EXPECTED = "expected.properties";
    private static final String NAMES = "names.txt";

    /** Reads a zip file of the test resources, given its name below {@code golden}. */
    public static GoldenDirectory read(String name) {
        Map<String, byte[]> files = new TreeMap<>();
        try (ZipInputStream zip = new ZipInputStream(resource(name))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), zip.readAllBytes());
            }
            return new GoldenDirectory(files, shownIn(files.remove(EXPECTED)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a folder of the test resources, given its name below {@code golden}. */
    public static GoldenDirectory readFolder(String name) {
        Map<String, byte[]> files = new TreeMap<>();
        new String(content(name + "/" + NAMES), StandardCharsets.UTF_8)
                .lines()
                .forEach(file -> files.put(file, content(name + "/" + file)));
        return new GoldenDirectory(files, shownIn(content(name + "/" + EXPECTED)));
    }

    private static InputStream resource(String name) {
        InputStream in = GoldenDirectory.class.getResourceAsStream("/golden/" + name);
        assertThat(in).as(name).isNotNull();
        return in;
    }

    private static byte[] content(String name) {
        try (InputStream in = resource(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> shownIn(byte[] properties) {
        Properties expected = new Properties();
        try {
            expected.load(new ByteArrayInputStream(properties));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> shown = new TreeMap<>();
        expected.stringPropertyNames().forEach(key -> shown.put(key, expected.getProperty(key)));
        return shown;
    }

    /** Writes a zip file, the same bytes for the same files. */
    public void write(Path path) throws IOException {
        Map<String, byte[]> entries = new TreeMap<>(files);
        Properties expected = new Properties();
        expected.putAll(shown);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        expected.store(text, null);
        // Without the comment with the time that Properties writes.
        String lines = text.toString(StandardCharsets.ISO_8859_1);
        entries.put(EXPECTED, lines.substring(lines.indexOf('\n') + 1).getBytes(StandardCharsets.ISO_8859_1));
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(path))) {
            for (Map.Entry<String, byte[]> file : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(file.getKey());
                entry.setTime(0);
                zip.putNextEntry(entry);
                zip.write(file.getValue());
                zip.closeEntry();
            }
        }
    }

    /** Writes the files, as they are, into a folder. */
    public void copyTo(Path folder) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
    }

    /** Requires that the files are those of another directory, to the byte. */
    public void requireSameFiles(GoldenDirectory expected) {
        assertThat(files.keySet()).isEqualTo(expected.files.keySet());
        expected.files.forEach(
                (name, content) -> assertThat(files.get(name)).as(name).isEqualTo(content));
    }
}
