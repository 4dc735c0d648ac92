package io.nvmredis.stock.aof;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Directory of the append-only files: their names and paths, and the manifest, which says which of them hold the data.
 */
final class AofDirectory {
    private static final String TEMPORARY = "temp-";

    private final FileOperations files;
    private final Path parent;
    private final Path directory;
    private final String fileName;

    /**
     * Creates the directory of the append-only files.
     *
     * @param parent the directory that it is in, which may hold a single append-only file of an older Redis
     */
    AofDirectory(FileOperations files, Path parent, AofSettings settings) {
        this.files = files;
        this.parent = parent;
        directory = parent.resolve(settings.directoryName());
        fileName = settings.fileName();
    }

    /**
     * Files that were found.
     *
     * @param isOldFile whether the manifest's one file is still where an older Redis kept it
     */
    record Found(Manifest manifest, boolean isOldFile) {}

    Path manifestPath() {
        return directory.resolve(fileName + ".manifest");
    }

    private Path temporaryManifestPath() {
        return directory.resolve(TEMPORARY + fileName + ".manifest");
    }

    /** Returns the path of a base file that is not complete. */
    Path temporaryBasePath() {
        return directory.resolve(TEMPORARY + "rewriteaof-" + fileName);
    }

    private Path oldFilePath() {
        return parent.resolve(fileName);
    }

    Path path(ManifestEntry entry) {
        String name = inUnicode(entry.fileName());
        try {
            return directory.resolve(name);
        } catch (InvalidPathException e) {
            throw new PersistenceException(
                    "AOF manifest " + manifestPath() + " names the file '" + name
                            + "', which no file can be called here; if it is there, use a locale that can spell it, such as"
                            + " LC_ALL=C.UTF-8, else restore the manifest from a backup",
                    e);
        }
    }

    /** Returns the present path of an entry's file. */
    Path path(ManifestEntry entry, Found found) {
        return found.isOldFile() ? oldFilePath() : path(entry);
    }

    ManifestEntry newBase(Manifest manifest, boolean isRdb) {
        long sequence = manifest.nextBaseSequence();
        return Manifest.base(inBytes(fileName + "." + sequence + ".base." + (isRdb ? "rdb" : "aof")), sequence);
    }

    ManifestEntry newIncremental(Manifest manifest) {
        long sequence = manifest.nextIncrementalSequence();
        return Manifest.incremental(inBytes(fileName + "." + sequence + ".incr.aof"), sequence);
    }

    /** Returns a name with one character per byte, as Redis sees it. */
    private static String inBytes(String name) {
        return new String(name.getBytes(UTF_8), ISO_8859_1);
    }

    private static String inUnicode(String name) {
        return new String(name.getBytes(ISO_8859_1), UTF_8);
    }

    /**
     * Reads the manifest, and decides as Redis 7 does whether there is a single file of an older Redis instead.
     *
     * @throws PersistenceException if the manifest is faulty, or missing although there are data
     */
    Found find() throws IOException {
        boolean hasManifest = Files.exists(manifestPath());
        Manifest manifest = hasManifest
                ? ManifestParser.parse(manifestPath(), Files.readString(manifestPath(), ISO_8859_1))
                : Manifest.EMPTY;
        if (Files.isRegularFile(oldFilePath()) && isOldFileMeant(manifest)) {
            Manifest upgraded = manifest.isEmpty()
                    ? new Manifest(Manifest.base(inBytes(fileName), 1), manifest.history(), List.of())
                    : manifest;
            return new Found(upgraded, true);
        }
        if (!hasManifest) {
            refuseOrphans();
        }
        return new Found(manifest, false);
    }

    /** Returns the directory or the file that holds data; null if there are none. */
    @Nullable
    Path data() throws IOException {
        if (!dataFiles().isEmpty()) {
            return directory;
        }
        return Files.isRegularFile(oldFilePath()) && Files.size(oldFilePath()) > 0 ? oldFilePath() : null;
    }

    /** Returns whether a rewrite has left its manifest: the manifest of a first start has no number above 1. */
    boolean hasBeenRewritten() throws IOException {
        if (!Files.isRegularFile(manifestPath())) {
            return false;
        }
        try {
            return ManifestParser.parse(manifestPath(), Files.readString(manifestPath(), ISO_8859_1))
                    .dataFiles()
                    .stream()
                    .anyMatch(entry -> entry.sequence() > 1);
        } catch (PersistenceException e) {
            // Opening the set will report the fault.
            return false;
        }
    }

    /**
     * Returns whether the single file of an older Redis holds the data: the manifest names no data, or an upgrade was
     * interrupted after its manifest was written.
     */
    private boolean isOldFileMeant(Manifest manifest) {
        ManifestEntry base = manifest.base();
        return manifest.isEmpty()
                || (base != null
                        && manifest.incrementals().isEmpty()
                        && base.fileName().equals(inBytes(fileName))
                        && !Files.exists(path(base)));
    }

    /** Throws if there are data files without a manifest, which would be overwritten. */
    private void refuseOrphans() throws IOException {
        for (Path path : dataFiles()) {
            throw new PersistenceException("AOF file " + path + " is there, and the manifest " + manifestPath()
                    + " is not: restore the manifest from a backup, or move the file away");
        }
    }

    /**
     * Returns the files with data, whatever the manifest says. A base without data is left by a first start, and not
     * returned.
     */
    private List<Path> dataFiles() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        Pattern data = Pattern.compile(Pattern.quote(fileName) + "\\.[0-9]+\\.(incr\\.aof|base\\.(rdb|aof))");
        List<Path> found = new ArrayList<>();
        try (Stream<Path> all = Files.list(directory)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                Matcher name = data.matcher(String.valueOf(path.getFileName()));
                if (name.matches() && Files.size(path) > 0 && !(name.group(2) != null && RdbBase.isEmpty(path))) {
                    found.add(path);
                }
            }
        }
        return found;
    }

    /** Returns the sizes of the files with data, in bytes. A missing file is a fault, as it is for Redis. */
    List<Long> sizes(Found found) throws IOException {
        List<Long> sizes = new ArrayList<>();
        for (ManifestEntry entry : found.manifest().dataFiles()) {
            Path path = path(entry, found);
            if (!Files.isRegularFile(path)) {
                throw new PersistenceException("AOF manifest " + manifestPath() + " names the file '" + entry.fileName()
                        + "' in the line '" + Manifest.line(entry) + "', and " + path
                        + (Files.exists(path) ? " is not a file" : " is not there: No such file or directory")
                        + "; restore it from a backup");
            }
            sizes.add(Files.size(path));
        }
        return sizes;
    }

    /** Makes the directory unless it exists, and deletes the temporary files of an interrupted rewrite. */
    void prepare() throws IOException {
        if (!Files.isDirectory(directory)) {
            files.createDirectory(directory);
            files.syncDirectory(parent);
        }
        files.delete(temporaryManifestPath());
        files.delete(temporaryBasePath());
    }

    /**
     * Moves the single file of an older Redis to the place that the manifest gives it. A crash between the manifest and
     * the move leaves the file at its old place under a new manifest, which {@link #find} understands.
     */
    void upgrade(Manifest manifest) throws IOException {
        publish(manifest);
        ManifestEntry base = manifest.base();
        if (base != null) {
            files.rename(oldFilePath(), path(base));
            sync();
            files.syncDirectory(parent);
        }
    }

    /** Makes this manifest the valid one, durably. A crash leaves either this one or the one before. */
    void publish(Manifest manifest) throws IOException {
        write(manifest);
        publishWritten();
        sync();
    }

    /** Writes a manifest beside the valid one, durably. */
    void write(Manifest manifest) throws IOException {
        byte[] text = manifest.format().getBytes(ISO_8859_1);
        try (RandomAccessFile file = files.create(temporaryManifestPath())) {
            files.write(file, text, 0, text.length);
            files.sync(file);
        }
    }

    /** Makes the manifest that was written last the valid one. This is durable only after {@link #sync}. */
    void publishWritten() throws IOException {
        files.rename(temporaryManifestPath(), manifestPath());
    }

    /** Makes the names of the files durable. */
    void sync() throws IOException {
        files.syncDirectory(directory);
    }

    /** Gives the complete base file its name, durably. */
    void nameBase(ManifestEntry base) throws IOException {
        files.rename(temporaryBasePath(), path(base));
        sync();
    }

    /** Creates an empty incremental file, durably. */
    RandomAccessFile create(ManifestEntry incremental) throws IOException {
        RandomAccessFile file = files.create(path(incremental));
        try {
            files.sync(file);
            sync();
            return file;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Deletes the files that are no longer part of the data, then publishes a manifest without them. A crash in between
     * leaves a manifest that names files already deleted; the next call deletes the rest.
     */
    Manifest deleteHistory(Manifest manifest) throws IOException {
        if (manifest.history().isEmpty()) {
            return manifest;
        }
        for (ManifestEntry entry : manifest.history()) {
            files.delete(path(entry));
        }
        Manifest without = manifest.withoutHistory();
        publish(without);
        return without;
    }
}
