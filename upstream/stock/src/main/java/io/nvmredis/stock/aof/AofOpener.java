package io.nvmredis.stock.aof;

import io.nvmredis.rdb.EmptySnapshot;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.stock.aof.AofDirectory.Found;
import io.nvmredis.stock.aof.AofLoader.Loaded;
import io.nvmredis.stock.aof.AofLoader.Truncation;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a set of files: it first reads all of it, then changes what must be changed to append to it. So a set that is
 * refused is left as it was found. An opener is used once, by one thread.
 */
final class AofOpener {
    private static final Logger LOG = LoggerFactory.getLogger(AofOpener.class);

    private final FileOperations files;
    private final AofDirectory directory;
    private final AofSettings settings;
    private Manifest manifest = Manifest.EMPTY;
    private long totalBytes;
    private long baseBytes;
    private @Nullable AofWriter writer;

    AofOpener(FileOperations files, AofDirectory directory, AofSettings settings) {
        this.files = files;
        this.directory = directory;
        this.settings = settings;
    }

    RecoveryReport open(TransactionSink sink, LoadingListener loading) throws IOException {
        Found found = directory.find();
        List<Long> sizes = directory.sizes(found);
        Loaded loaded = load(directory, found, sizes, sink, loading);
        Truncation truncation = loaded.truncation();
        if (truncation != null && !settings.acceptsTruncated()) {
            throw new PersistenceException("AOF file " + truncation.path() + " ends in the middle of something, "
                    + truncation.cutBytes() + " bytes after offset " + truncation.wholeLength() + ": "
                    + truncation.reason() + "; make a copy and use: redis-check-aof --fix " + directory.manifestPath()
                    + ", or start with --aof-load-truncated yes");
        }
        manifest = found.manifest();
        totalBytes = sizes.stream().mapToLong(Long::longValue).sum();
        baseBytes = manifest.base() == null ? 0 : sizes.get(0);
        if (truncation != null) {
            cut(truncation);
        }
        goOn(found, loaded.lastLsn());
        return new RecoveryReport(
                loaded.lastLsn(), loaded.transactionCount(), loaded.payloadBytes(), note(found, truncation));
    }

    /** Reads again the files that a writer has open; everything appended must have been written to them. */
    static void read(AofDirectory directory, TransactionSink sink) throws IOException {
        Found found = directory.find();
        Truncation truncation = load(directory, found, directory.sizes(found), sink, LoadingListener.NONE)
                .truncation();
        if (truncation != null) {
            throw new PersistenceException(
                    "AOF file " + truncation.path() + " ends in the middle of something at offset "
                            + truncation.wholeLength() + ": " + truncation.reason());
        }
    }

    private static Loaded load(
            AofDirectory directory, Found found, List<Long> sizes, TransactionSink sink, LoadingListener loading)
            throws IOException {
        List<Path> paths = found.manifest().dataFiles().stream()
                .map(entry -> directory.path(entry, found))
                .toList();
        return new AofLoader(sink, loading, directory.manifestPath())
                .load(paths, sizes, found.manifest().base() != null);
    }

    private void cut(Truncation truncation) throws IOException {
        LOG.warn(
                "{} ends in the middle of something ({}): cut from {} to {} bytes, because aof-load-truncated is yes",
                truncation.path(),
                truncation.reason(),
                truncation.wholeLength() + truncation.cutBytes(),
                truncation.wholeLength());
        try (RandomAccessFile file = files.openToAppend(truncation.path())) {
            files.truncate(file, truncation.wholeLength());
            files.sync(file);
        }
        totalBytes -= truncation.cutBytes();
    }

    private static @Nullable String note(Found found, @Nullable Truncation truncation) {
        String upgraded = found.isOldFile() ? "moved the append-only file of an older Redis into its directory" : null;
        if (truncation == null) {
            return upgraded;
        }
        String cut = "cut " + truncation.cutBytes() + " bytes off " + truncation.path() + ", which ended after offset "
                + truncation.wholeLength() + " in the middle of something: " + truncation.reason();
        return upgraded == null ? cut : upgraded + "; " + cut;
    }

    /** Makes the set ready to be appended to: it is then as Redis leaves it after its start. */
    private void goOn(Found found, long lastLsn) throws IOException {
        directory.prepare();
        if (found.isOldFile()) {
            directory.upgrade(manifest);
        }
        Manifest before = manifest;
        if (manifest.isEmpty()) {
            makeFirstBase(lastLsn);
        }
        ManifestEntry last = manifest.lastIncremental();
        RandomAccessFile file;
        if (last == null) {
            last = directory.newIncremental(manifest);
            file = directory.create(last);
            manifest = manifest.withIncremental(last);
        } else {
            file = files.openToAppend(directory.path(last));
        }
        try {
            if (!manifest.equals(before)) {
                directory.publish(manifest);
            }
            writer = new AofWriter(files, file, file.length(), lastLsn);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
        deleteHistory();
    }

    private void makeFirstBase(long lastLsn) throws IOException {
        ManifestEntry base = directory.newBase(manifest, settings.hasRdbBase());
        try (RandomAccessFile file = files.create(directory.temporaryBasePath())) {
            new BaseFileWriter(files, file, new EmptySnapshot(lastLsn), () -> false).write(settings);
            baseBytes = file.length();
        }
        directory.nameBase(base);
        totalBytes = baseBytes;
        manifest = new Manifest(base, manifest.history(), List.of());
    }

    private void deleteHistory() {
        try {
            manifest = directory.deleteHistory(manifest);
        } catch (IOException e) {
            LOG.warn("history of the append-only file could not be deleted: {}", e.toString());
        }
    }

    Manifest manifest() {
        return manifest;
    }

    long totalBytes() {
        return totalBytes;
    }

    long baseBytes() {
        return baseBytes;
    }

    AofWriter writer() {
        AofWriter made = writer;
        if (made == null) {
            throw new IllegalStateException("not opened");
        }
        return made;
    }
}
