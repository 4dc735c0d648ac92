package io.nvmredis.nvm.recovery;

import io.nvmredis.nvm.format.Damage;
import io.nvmredis.nvm.format.HeaderState;
import io.nvmredis.nvm.format.LogFileNames;
import io.nvmredis.nvm.format.Superblock;
import io.nvmredis.nvm.format.SuperblockDescriptor;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.pmem.PmemRegion;
import io.nvmredis.nvm.recovery.StoreDecision.SuperblockState;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads, makes and repairs the superblock of a directory. */
final class SuperblockFile implements AutoCloseable {
    private final PmemDirectory directory;
    private final @Nullable PmemRegion region;
    private final HeaderState[] copies = new HeaderState[SuperblockDescriptor.COPY_COUNT];

    private SuperblockFile(PmemDirectory directory, @Nullable PmemRegion region) {
        this.directory = directory;
        this.region = region;
        for (int copy = 0; copy < copies.length; copy++) {
            copies[copy] = region == null ? HeaderState.FOREIGN : SuperblockDescriptor.state(region, copy);
        }
    }

    /** Opens the superblock's file, if it exists. */
    static SuperblockFile open(PmemDirectory directory) {
        if (!directory.list().contains(LogFileNames.SUPERBLOCK)) {
            return new SuperblockFile(directory, null);
        }
        long length = directory.length(LogFileNames.SUPERBLOCK);
        if (length != SuperblockDescriptor.FILE_LENGTH) {
            throw Damage.damaged(
                    directory.pathOf(LogFileNames.SUPERBLOCK),
                    Math.min(length, SuperblockDescriptor.FILE_LENGTH),
                    "a file of " + SuperblockDescriptor.FILE_LENGTH + " bytes",
                    length + " bytes");
        }
        return new SuperblockFile(directory, directory.open(LogFileNames.SUPERBLOCK));
    }

    /** Makes a new superblock, durably. Returns its region, open. */
    static PmemRegion create(PmemDirectory directory, Superblock superblock) {
        String temporary = LogFileNames.temporary(LogFileNames.SUPERBLOCK);
        directory.delete(temporary);
        PmemRegion region = directory.create(temporary, SuperblockDescriptor.FILE_LENGTH);
        try {
            // A crash before this leaves a temporary file of any length; a crash after it leaves one of zeroes with all
            // its blocks.
            directory.syncFile(PersistSite.SUPERBLOCK_FILE, temporary);
            for (int copy = 0; copy < SuperblockDescriptor.COPY_COUNT; copy++) {
                SuperblockDescriptor.write(region, copy, superblock);
                region.flush(
                        PersistSite.SUPERBLOCK_CONTENT,
                        copy * SuperblockDescriptor.COPY_DISTANCE,
                        SuperblockDescriptor.LENGTH);
            }
            // A crash before this leaves a temporary file of any content; a crash after it leaves a superblock that
            // only lacks its name.
            region.drain(PersistSite.SUPERBLOCK_CONTENT);
            directory.rename(temporary, LogFileNames.SUPERBLOCK);
            // A crash before this leaves an empty first segment and no superblock, which is a creation to be started
            // again; a crash after it leaves an empty log.
            directory.sync(PersistSite.SUPERBLOCK_NAME);
            region.rename(directory.pathOf(LogFileNames.SUPERBLOCK));
            return region;
        } catch (RuntimeException | Error e) {
            region.close();
            throw e;
        }
    }

    SuperblockState state() {
        if (region == null) {
            return SuperblockState.ABSENT;
        }
        Set<HeaderState> states = EnumSet.of(copies[0], copies[1]);
        if (states.contains(HeaderState.UNKNOWN_VERSION)) {
            return SuperblockState.UNKNOWN_VERSION;
        }
        if (states.contains(HeaderState.VALID)) {
            return states.size() == 1 && copiesAgree() ? SuperblockState.BOTH_VALID : SuperblockState.ONE_VALID;
        }
        return states.contains(HeaderState.DAMAGED) ? SuperblockState.DAMAGED : SuperblockState.FOREIGN;
    }

    private boolean copiesAgree() {
        PmemRegion open = opened();
        return SuperblockDescriptor.read(open, 0).agreesWith(SuperblockDescriptor.read(open, 1));
    }

    /** Returns the newest good copy. */
    Superblock read() {
        return SuperblockDescriptor.read(opened(), newestCopy());
    }

    private int newestCopy() {
        if (copies[0] != HeaderState.VALID || copies[1] != HeaderState.VALID) {
            return copies[0] == HeaderState.VALID ? 0 : 1;
        }
        long first = SuperblockDescriptor.read(opened(), 0).generation();
        return first >= SuperblockDescriptor.read(opened(), 1).generation() ? 0 : 1;
    }

    /**
     * Persists again the superblock that has been read, which may be only in the caches: a repair that was not
     * finished, or a beginning that was moved. The bytes are first stored again, unchanged, since a page whose
     * write-back has failed counts as clean.
     */
    void settle() {
        PmemRegion open = opened();
        byte[] bytes = new byte[SuperblockDescriptor.FILE_LENGTH];
        open.getBytes(0, bytes, 0, bytes.length);
        open.putBytes(0, bytes, 0, bytes.length);
        // A crash before this leaves the copies as they were found, on the medium or not; a crash after it leaves on
        // the medium the copies that were read.
        open.persist(PersistSite.SUPERBLOCK_REPAIR, 0, SuperblockDescriptor.FILE_LENGTH);
    }

    /** Writes the bad or old copy again. */
    void repair() {
        int good = newestCopy();
        int bad = 1 - good;
        PmemRegion open = opened();
        SuperblockDescriptor.write(open, bad, SuperblockDescriptor.read(open, good));
        // A crash before this leaves the good copy as it was, and one that is bad or the same; a crash after it leaves
        // two good copies.
        open.persist(
                PersistSite.SUPERBLOCK_REPAIR, bad * SuperblockDescriptor.COPY_DISTANCE, SuperblockDescriptor.LENGTH);
    }

    /** Returns the exception for a superblock that cannot be used. */
    PersistenceException refusal(StoreDecision decision) {
        String path = directory.pathOf(LogFileNames.SUPERBLOCK);
        return switch (decision) {
            case REFUSE_SUPERBLOCK_MISSING ->
                Damage.damaged(path, 0, "a superblock, since there are segments", "no file");
            case REFUSE_SEGMENTS_MISSING ->
                Damage.damaged(
                        directory.pathOf(LogFileNames.segment(read().firstEpoch())), 0, "the first segment", "no file");
            case REFUSE_VERSION ->
                Damage.unknownVersion(
                        path, versionOffset(), SuperblockDescriptor.VERSION, opened().getInt(versionOffset()));
            case REFUSE_SUPERBLOCK_FOREIGN ->
                Damage.foreign(
                        path,
                        SuperblockDescriptor.MAGIC_OFFSET,
                        "magic " + Damage.hex(SuperblockDescriptor.MAGIC),
                        Damage.hex(opened().getLong(SuperblockDescriptor.MAGIC_OFFSET)));
            default ->
                Damage.damaged(
                        path,
                        SuperblockDescriptor.CRC_OFFSET,
                        "a good CRC32C in one of two copies",
                        Damage.hex(opened().getInt(SuperblockDescriptor.CRC_OFFSET)) + " and "
                                + Damage.hex(opened().getInt(
                                                SuperblockDescriptor.COPY_DISTANCE + SuperblockDescriptor.CRC_OFFSET)));
        };
    }

    private int versionOffset() {
        int copy = copies[0] == HeaderState.UNKNOWN_VERSION ? 0 : 1;
        return copy * SuperblockDescriptor.COPY_DISTANCE + SuperblockDescriptor.VERSION_OFFSET;
    }

    /** Returns the open file. The caller that goes on with it closes it. */
    PmemRegion region() {
        return opened();
    }

    private PmemRegion opened() {
        if (region == null) {
            throw new IllegalStateException("no superblock");
        }
        return region;
    }

    @Override
    public void close() {
        if (region != null) {
            region.close();
        }
    }
}
