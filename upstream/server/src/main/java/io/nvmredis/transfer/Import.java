package io.nvmredis.transfer;

import io.nvmredis.certificates.TlsException;
import io.nvmredis.directory.ImportMark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Imports data from files of Redis or from a running Redis.
 *
 * <p>Used once, by one thread; {@link #stop} may be called on any thread.
 */
public final class Import {
    /**
     * Options of an import.
     *
     * @param skipUnsupported whether to leave out data that have no place here
     * @param intoExisting whether there may be keys already
     * @param untilCaughtUp whether to end, with a running Redis, when all that it has done so far is here
     * @param tls files for a running Redis that is spoken to over TLS
     */
    public record Options(boolean skipUnsupported, boolean intoExisting, boolean untilCaughtUp, MasterTls tls) {
        /** Makes options without files for TLS. */
        public Options(boolean skipUnsupported, boolean intoExisting, boolean untilCaughtUp) {
            this(skipUnsupported, intoExisting, untilCaughtUp, MasterTls.NONE);
        }
    }

    private final DataHome home;
    private final String source;
    private final Options options;
    private final Progress progress;
    private final Tally tally = new Tally();
    private final SkipPolicy skips;
    private volatile boolean isStopped;
    private volatile @Nullable ReplicaImport replica;

    /** Makes an import, which has not touched anything yet. */
    public Import(DataHome home, String source, Options options, Progress progress) {
        this.home = home;
        this.source = source;
        this.options = options;
        this.progress = progress;
        skips = new SkipPolicy(options.skipUnsupported(), tally);
    }

    /** Returns what is wrong with a source and options, one sentence per fault; empty if nothing is. */
    public static List<String> faults(String source, Options options) {
        List<String> faults = new ArrayList<>();
        if (MasterAddress.isMeantBy(source)) {
            MasterAddress address = MasterAddress.parse(source, faults);
            checkTls(address, options.tls(), faults);
            if (options.intoExisting()) {
                faults.add("import-into-existing does not go with a running Redis: a replica has its master's data and"
                        + " no other; import into an empty directory");
            }
        } else {
            if (options.untilCaughtUp()) {
                faults.add("until-caught-up is for a running Redis (redis://...); a file has an end anyway");
            }
            FileNames.check(source, faults);
        }
        return faults;
    }

    private static void checkTls(@Nullable MasterAddress address, MasterTls tls, List<String> faults) {
        if (address == null) {
            return;
        }
        if (!address.isTls()) {
            if (tls.isGiven()) {
                faults.add("certificates are for TLS: give the address with rediss://");
            }
            return;
        }
        try {
            tls.sockets();
        } catch (TlsException e) {
            faults.add(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Imports, and returns the summary, several lines long.
     *
     * @throws TransferException if not everything could be imported
     * @throws io.nvmredis.spi.errors.PersistenceException if the directory or the source cannot be used
     */
    public String run() {
        long beginNanos = System.nanoTime();
        // This import removes the mark in the end; half of an earlier import would then be taken for whole.
        ImportMark.requireNone(home.directory());
        try (Filling filling = new Filling(home, MasterAddress.withoutPassword(source))) {
            requireEmpty(filling);
            runInto(filling);
            filling.finish();
        } finally {
            progress.end();
        }
        return tally.summary("imported", System.nanoTime() - beginNanos);
    }

    private void requireEmpty(Filling filling) {
        long keyCount = filling.keyCount();
        if (keyCount > 0 && !options.intoExisting()) {
            throw new TransferException("there are " + keyCount + " keys in " + home.directory()
                    + "; import into an empty directory, or have those of the source replace them with"
                    + " --import-into-existing");
        }
    }

    private void runInto(Filling filling) {
        RdbImport rdb = new RdbImport(filling, options.intoExisting(), skips, tally, progress, () -> isStopped);
        CommandStream commands = new CommandStream(filling, skips, tally);
        MasterAddress address = MasterAddress.isMeantBy(source) ? MasterAddress.parse(source, new ArrayList<>()) : null;
        if (address == null) {
            importFiles(rdb, new AofImport(commands, filling.keyCount() > 0, () -> isStopped));
            return;
        }
        ReplicaImport following = new ReplicaImport(
                address, options.tls(), options.untilCaughtUp(), filling, rdb, commands, tally, progress);
        replica = following;
        if (isStopped) {
            following.stop();
        }
        following.run();
    }

    private void importFiles(RdbImport rdb, AofImport aof) {
        try {
            new FileSource(Path.of(source), rdb, aof, tally, progress).run();
        } catch (IOException e) {
            throw new TransferException(source + " cannot be read: " + e, e);
        }
    }

    /** Returns what had been imported when the import failed, in a few words. */
    public String soFar() {
        return tally.keyCount() == 0 && tally.commandCount() == 0
                ? "nothing has been imported"
                : tally.keyCount() + " keys and " + tally.commandCount() + " commands have been imported into "
                        + home.directory();
    }

    /**
     * Ends the import soon. A running Redis is followed up to what it has done by now, and the import succeeds; the
     * reading of a file breaks off, and the import fails.
     */
    public void stop() {
        isStopped = true;
        ReplicaImport following = replica;
        if (following != null) {
            following.stop();
        }
    }
}
