package io.nvmredis.transfer;

import io.nvmredis.rdb.RdbFile;
import io.nvmredis.rdb.RdbOptions;
import io.nvmredis.spi.PersisterSetting;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.support.Directories;
import io.nvmredis.spi.support.PrivateFiles;
import io.nvmredis.spi.support.SettingReader;
import io.nvmredis.stock.aof.AofFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Writes all data to files that Redis loads. A file has another name until it is complete and durable.
 *
 * <p>Used once, by one thread.
 */
public final class Export {
    private static final String RDB = "dump.rdb";
    private static final String MULTI_PART = "appendonlydir";
    private static final String RDB_FORMAT = "rdb";
    private static final PersisterSetting FORMAT = new PersisterSetting("format", "", "aof or rdb");
    private static final PersisterSetting RDB_PREAMBLE = new PersisterSetting(
            "aof-use-rdb-preamble", "yes", "yes: the base of an append-only file is in RDB format; no: it is commands");

    /**
     * Options of an export.
     *
     * @param format {@code aof} or {@code rdb}
     * @param rdbPreamble {@code yes} if the base of an append-only file is to be in the format of RDB files, or {@code
     *     no}
     * @param force whether to replace an existing target
     */
    public record Options(String format, String rdbPreamble, boolean force) {
        private SettingReader reader() {
            return new SettingReader(Map.of(FORMAT.name(), format, RDB_PREAMBLE.name(), rdbPreamble));
        }

        private boolean isRdb() {
            return isRdb(reader());
        }

        private static boolean isRdb(SettingReader reader) {
            return reader.choice(FORMAT, List.of("aof", RDB_FORMAT)).equals(RDB_FORMAT);
        }

        private boolean hasRdbBase() {
            return reader().isYes(RDB_PREAMBLE);
        }
    }

    private final DataHome home;
    private final Path target;
    private final Options options;
    private final Progress progress;
    private final Tally tally = new Tally();

    /** Makes an export, which has not touched anything yet. */
    public Export(DataHome home, String target, Options options, Progress progress) {
        this.home = home;
        this.target = Path.of(target).toAbsolutePath();
        this.options = options;
        this.progress = progress;
    }

    /** Returns what is wrong with a target and options, one sentence per fault; empty if nothing is. */
    public static List<String> faults(String target, Options options) {
        SettingReader reader = options.reader();
        if (options.format().isEmpty()) {
            reader.add("the format is missing: give --format aof or --format rdb");
        } else {
            Options.isRdb(reader);
        }
        reader.isYes(RDB_PREAMBLE);
        List<String> faults = new ArrayList<>(reader.faults());
        FileNames.check(target, faults);
        return faults;
    }

    /**
     * Exports, and returns the summary, several lines long.
     *
     * @throws TransferException if the target cannot be written
     * @throws io.nvmredis.spi.errors.PersistenceException if the data cannot be read
     */
    public String run() {
        long beginNanos = System.nanoTime();
        try {
            requireData();
            Path written = options.isRdb() ? exportRdb() : exportAof();
            return tally.summary("exported to " + written + ":", System.nanoTime() - beginNanos);
        } catch (IOException e) {
            throw new TransferException(target + " cannot be written: " + e, e);
        } finally {
            progress.end();
        }
    }

    /** Requires a directory with files in it, because a persister would make a missing one. */
    private void requireData() throws IOException {
        if (!Files.isDirectory(home.directory())) {
            throw new TransferException("there are no data: " + home.directory() + " is not a directory");
        }
        try (Stream<Path> entries = Files.list(home.directory())) {
            if (entries.findAny().isEmpty()) {
                throw new TransferException("there are no data: " + home.directory() + " is empty");
            }
        }
    }

    private Path exportRdb() throws IOException {
        Path file = Files.isDirectory(target) ? target.resolve(RDB) : target;
        refuseExisting(file);
        Path directory = parent(file);
        if (!Files.isDirectory(directory)) {
            throw new TransferException(
                    "there is no directory " + directory + " to write " + file.getFileName() + " to");
        }
        Path temporary = directory.resolve("temp-" + ProcessHandle.current().pid() + ".rdb");
        try (OpenData data = new OpenData(home)) {
            writeRdb(data, temporary);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Directories.sync(directory);
        } finally {
            Files.deleteIfExists(temporary);
        }
        return file;
    }

    private void writeRdb(OpenData data, Path file) throws IOException {
        try (Snapshot snapshot = data.snapshot();
                FileChannel channel = PrivateFiles.open(
                        file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            CountedSnapshot counted = begin(snapshot);
            tally.bytes(RdbFile.write(counted, channel, RdbOptions.DEFAULT, RdbFile.Progress.NONE));
        }
    }

    private CountedSnapshot begin(Snapshot snapshot) {
        CountedSnapshot counted = new CountedSnapshot(snapshot, tally, progress);
        progress.begin("exporting", Progress.UNKNOWN, counted.keyCount());
        return counted;
    }

    private Path exportAof() throws IOException {
        Path directory = target.resolve(MULTI_PART);
        refuseExisting(directory);
        Directories.create(target);
        Path temporary = target.resolve("temp-" + ProcessHandle.current().pid() + "-" + MULTI_PART);
        try (OpenData data = new OpenData(home)) {
            PrivateFiles.createDirectory(temporary);
            try (Snapshot snapshot = data.snapshot()) {
                CountedSnapshot counted = begin(snapshot);
                tally.bytes(AofFiles.write(counted, temporary, options.hasRdbBase()));
            }
            replace(directory, temporary);
            Directories.sync(target);
        } finally {
            delete(temporary);
        }
        return directory;
    }

    /** Replaces a directory. One cannot take the place of another at once, so the old one is moved aside first. */
    private static void replace(Path directory, Path replacement) throws IOException {
        Path old = directory.resolveSibling("old-" + ProcessHandle.current().pid() + "-" + MULTI_PART);
        boolean isThere = Files.exists(directory);
        if (isThere) {
            Files.move(directory, old, StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(replacement, directory, StandardCopyOption.ATOMIC_MOVE);
        delete(old);
    }

    private void refuseExisting(Path path) {
        if (Files.exists(path) && !options.force()) {
            throw new TransferException(path + " is there already; choose another target, or replace it with --force");
        }
        if (path.startsWith(home.directory())) {
            throw new TransferException(path + " is within the directory of the data that are exported, "
                    + home.directory() + "; choose another target");
        }
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        return parent == null ? file : parent;
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
