package io.nvmredis.stock.aof;

import io.nvmredis.rdb.RdbFile;
import io.nvmredis.rdb.RdbLoadReport;
import io.nvmredis.spi.DataSet;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.effects.RedisSpelling;
import io.nvmredis.spi.effects.RespBuffer;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.stock.aof.CommandReader.BadFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a set of files into a sink, in their order, and changes none of them.
 *
 * <p>A transaction is a single command, or the commands between MULTI and EXEC. Their LSNs count from the LSN that the
 * base file notes, and all transactions in such a base have that LSN. A loader is used once, by one thread.
 */
final class AofLoader {
    private static final byte[] SELECT = "*2\r\n$6\r\nSELECT\r\n$".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LINE_END = {'\r', '\n'};
    private static final long PROGRESS_BYTES = 1 << 20;

    private final TransactionSink sink;
    private final LoadingListener loading;
    private final Path manifestPath;
    private final RespBuffer group = new RespBuffer();
    private final RedisSpelling spelling = new RedisSpelling();
    private final RespBuffer respelt = new RespBuffer();

    /** File that is being read. */
    private Path path;

    private long lastLsn;
    private long transactionCount;
    private long payloadBytes;
    private long loadedBytes;
    private long totalBytes;
    private long reportedBytes;
    private boolean isNumbered = true;
    /** Offset of MULTI while the commands behind it are collected, and while they are handed over. */
    private long groupOffset;
    /** Length of the beginning of the file that consists of whole transactions. */
    private long wholeLength;

    private int database;
    private boolean isGroup;
    private boolean isCanonical = true;
    /** Whether one of the commands is an XGROUP. */
    private boolean hasGroupChange;

    private @Nullable Truncation truncation;

    /** Truncation of the last file, which ends within a command or transaction. */
    record Truncation(Path path, long wholeLength, long cutBytes, String reason) {}

    /** Result of reading a set of files. */
    record Loaded(
            long lastLsn,
            long transactionCount,
            long payloadBytes,
            @Nullable Truncation truncation) {}

    AofLoader(TransactionSink sink, LoadingListener loading, Path manifestPath) {
        this.sink = sink;
        this.loading = loading;
        this.manifestPath = manifestPath;
        path = manifestPath;
    }

    /**
     * Reads a set of files.
     *
     * @param hasBase whether the first file is a base
     * @throws PersistenceException if a file is damaged, or ends within a command or transaction although others follow
     */
    Loaded load(List<Path> paths, List<Long> sizes, boolean hasBase) throws IOException {
        totalBytes = sizes.stream().mapToLong(Long::longValue).sum();
        for (int i = 0; i < paths.size(); i++) {
            long size = sizes.get(i);
            if (size > 0) {
                boolean isLast = sizes.subList(i + 1, sizes.size()).stream().allMatch(later -> later == 0);
                load(paths.get(i), size, hasBase && i == 0, isLast);
            }
            loadedBytes += size;
        }
        loading.onProgress(totalBytes, totalBytes);
        return new Loaded(lastLsn, transactionCount, payloadBytes, truncation);
    }

    private void load(Path next, long size, boolean isBase, boolean isLast) throws IOException {
        path = next;
        isNumbered = true;
        database = 0;
        wholeLength = 0;
        if (RdbFile.isRdb(path)) {
            wholeLength = loadRdb();
        }
        try (AofInput input = new AofInput(path, wholeLength)) {
            readCommands(input, isBase);
        } catch (TruncatedFileException e) {
            Truncation found = new Truncation(path, wholeLength, size - wholeLength, String.valueOf(e.getMessage()));
            if (!isLast) {
                throw new PersistenceException("AOF file " + path + " ends at byte " + size
                        + " in the middle of a command or transaction (" + found.reason()
                        + "), and is not the last file: the truncated file is not the last file; restore it from a backup,"
                        + " or make a copy and use: redis-check-aof --fix " + manifestPath);
            }
            truncation = found;
        } catch (BadFormatException e) {
            throw new PersistenceException(
                    "AOF file " + path + " has a bad format, " + e.getMessage()
                            + "; make a copy of the file, then use: redis-check-aof --fix " + manifestPath,
                    e);
        }
    }

    private long loadRdb() throws IOException {
        RdbLoadReport base =
                RdbBase.load(path, sink, (loaded, total) -> loading.onProgress(loadedBytes + loaded, totalBytes));
        lastLsn = Math.max(lastLsn, base.savedLsn());
        transactionCount += base.transactionCount();
        payloadBytes += base.payloadBytes();
        return base.endOffset();
    }

    /**
     * Reads the commands of one file from an offset on.
     *
     * @return null if the file ends with a whole transaction
     */
    AofFiles.@Nullable Truncation readCommands(Path file, long offset) throws IOException {
        path = file;
        wholeLength = offset;
        try (AofInput input = new AofInput(file, offset)) {
            totalBytes = offset + input.remaining();
            readCommands(input, false);
            return null;
        } catch (TruncatedFileException e) {
            return new AofFiles.Truncation(wholeLength, totalBytes - wholeLength, String.valueOf(e.getMessage()));
        }
    }

    private void readCommands(AofInput input, boolean isBase) throws IOException, TruncatedFileException {
        CommandReader reader = new CommandReader(input, lsn -> {
            if (isBase) {
                lastLsn = Math.max(lastLsn, lsn);
                isNumbered = false;
            }
        });
        begin();
        int start = group.length();
        while (reader.next(group)) {
            take(reader, start);
            if (!isGroup) {
                wholeLength = input.offset();
                progress(input.offset());
                begin();
            }
            start = group.length();
        }
        if (isGroup) {
            throw new TruncatedFileException("a MULTI without its EXEC");
        }
        wholeLength = input.offset();
    }

    /** Begins a transaction, in the database that the file has selected. */
    private void begin() {
        group.clear();
        isCanonical = isKnown(database);
        hasGroupChange = false;
        if (database != 0) {
            group.put(SELECT);
            group.putDecimal(RespBuffer.decimalLength(database));
            group.put(LINE_END);
            group.putDecimal(database);
            group.put(LINE_END);
        }
    }

    /**
     * Takes the command just read.
     *
     * @param start length of the group before the command
     */
    private void take(CommandReader command, int start) {
        if (command.isWord(0, "multi")) {
            expect(!isGroup, command, "no MULTI within a MULTI");
            isGroup = true;
            groupOffset = command.commandOffset();
            group.truncate(start);
        } else if (command.isWord(0, "exec")) {
            expect(isGroup, command, "a MULTI before an EXEC");
            isGroup = false;
            group.truncate(start);
            handOver(command);
        } else {
            boolean isSelect = command.isWord(0, "select");
            if (isSelect) {
                select(command);
            }
            if (isSelect && !isGroup) {
                group.truncate(start);
                return;
            }
            isCanonical &= CanonicalEffects.isEffect(command) && isKnown(database);
            hasGroupChange |= command.isWord(0, "xgroup");
            if (!isGroup) {
                handOver(command);
            }
        }
    }

    /** Tells whether there is such a database. Behind them is one whose content only effects of ours may change. */
    private static boolean isKnown(int index) {
        return index < DataSet.DATABASE_COUNT;
    }

    private static void expect(boolean isAsExpected, CommandReader command, String expected) {
        if (!isAsExpected) {
            throw new BadFormatException(command.commandOffset(), expected, "'" + command.word(0) + "'");
        }
    }

    private void select(CommandReader command) {
        boolean isNumber = command.wordCount() == 2
                && command.wordLength(1) <= 9
                && command.word(1).matches("[0-9]+");
        expect(isNumber, command, "SELECT with the number of a database");
        database = Integer.parseInt(command.word(1));
    }

    private void handOver(CommandReader last) {
        if (isNumbered) {
            lastLsn++;
        }
        transactionCount++;
        payloadBytes += group.length();
        try {
            if (isCanonical) {
                RespBuffer effects = hasGroupChange ? respelt() : group;
                sink.apply(lastLsn, effects.bytes(), effects.start(), effects.length());
            } else {
                sink.run(lastLsn, group.bytes(), group.start(), group.length());
            }
        } catch (PersistenceException e) {
            String place = last.isWord(0, "exec")
                    ? "the transaction from MULTI at offset " + groupOffset + " to EXEC at offset "
                            + last.commandOffset()
                    : "the command at offset " + last.commandOffset();
            throw new PersistenceException("AOF file " + path + ", " + place + ": " + e.getMessage(), e);
        }
    }

    /** Returns the commands as effects, which are spelt otherwise. */
    private RespBuffer respelt() {
        respelt.clear();
        spelling.begin();
        spelling.put(respelt, group.bytes(), group.start(), group.length());
        return respelt;
    }

    private void progress(long offset) {
        long loaded = loadedBytes + offset;
        if (loaded - reportedBytes >= PROGRESS_BYTES) {
            reportedBytes = loaded;
            loading.onProgress(loaded, totalBytes);
        }
    }
}
