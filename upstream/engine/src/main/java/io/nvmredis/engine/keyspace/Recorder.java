package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import io.nvmredis.engine.context.CommandPause;
import io.nvmredis.engine.value.ChangeSink;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.ImageLength;
import io.nvmredis.engine.value.ImageWriter;
import io.nvmredis.engine.value.Values;
import io.nvmredis.engine.value.Weights;
import io.nvmredis.spi.DataSetFollower;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.errors.PersistenceException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects the effects of the command that is running and appends them as one transaction when it ends.
 *
 * <p>Two kinds of changes arrive: those inside a collection that the log knows, written at once as small effects, and
 * whole new values, remembered as fresh entries and written as images at the end, when their final content is known. The
 * order between the two is kept per key, which is all that replaying needs: once an entry is fresh nothing else is
 * written for it, and removing it takes the image away.
 *
 * <p>Guarded by the engine's lock.
 *
 * <p>If sealing fails, memory is ahead of the log: the engine shows nothing of it from then on.
 */
public final class Recorder implements ChangeSink {
    private static final Logger LOG = LoggerFactory.getLogger(Recorder.class);

    /** Values from this weight on are looked at once more before they are encoded, so that nothing is copied then. */
    private static final int LARGE_BYTES = 256 << 10;

    private final Transaction transaction = new Transaction();
    private final Effects effects = new Effects(transaction);
    private final ImageWriter images = new ImageWriter(effects);
    private final List<Entry> freshEntries = new ArrayList<>();
    private final List<Entry> emptiedEntries = new ArrayList<>();
    private final UnsealedValues unsealed = new UnsealedValues();
    private final Replay replay = new Replay();
    private final AwaitedKeys<?> awaited;
    private final CommandPause pause;
    private final Snapshots snapshots;
    private final CommandClock clock;
    /** By their numbers: those that have been made. */
    private final @Nullable Database[] databases = new Database[Databases.COUNT];

    private @Nullable Persister persister;
    /** Told of flushes, and how much was changed where no transactions are wanted. */
    private @Nullable DataSetFollower follower;

    /** Whether the running command has emptied the data set. */
    private boolean hasFlushedAll;

    private int changeCount;
    /** Goes up with each change that a command makes, whether it is kept or not; not with what has expired. */
    private long changes;

    private @Nullable Residency residency;
    private @Nullable MemoryMeter meter;
    private boolean isOpen;

    private volatile boolean hasGivenUp;
    /** Whether what was cut off had changed anything. */
    private volatile boolean hasLostChanges;

    /** The running command may change data, and is no script: see {@link #runs}. */
    private boolean isWriting;

    private int selectedDatabase;
    private long observedLsn;
    /** The entry whose value was read last: COPY, MOVE and RENAME store that under another key next. */
    private @Nullable Entry lastRead;
    /** The same value in another form, for a command that changes it in that form and stores it. */
    private @Nullable RMDataStructure view;

    /** One whose changes nobody waits for. */
    Recorder() {
        this(new AwaitedKeys<>(), new CommandPause(), new Snapshots(), new CommandClock(Clock::systemUTC));
    }

    /**
     * One that tells these of what changes.
     *
     * @param pause while it is on nothing is recorded that no command asks for
     */
    public Recorder(AwaitedKeys<?> awaited, CommandPause pause, Snapshots snapshots, CommandClock clock) {
        this.awaited = awaited;
        this.pause = pause;
        this.snapshots = snapshots;
        this.clock = clock;
    }

    /** From now on it records the changes of this database, which has been made. */
    void add(Database database) {
        databases[database.index()] = database;
    }

    private Database databaseOf(Entry entry) {
        return Objects.requireNonNull(databases[entry.database]);
    }

    /** The time at which the running command looks keys up. */
    public CommandClock clock() {
        return clock;
    }

    Snapshots snapshots() {
        return snapshots;
    }

    /** Until then nothing is recorded: what recovery applies is in the log already. */
    public void open(Persister openPersister, @Nullable Residency openResidency, @Nullable MemoryMeter openMeter) {
        isOpen = true;
        persister = openPersister.keepsTransactions() ? openPersister : null;
        follower = openPersister.follower();
        residency = openResidency;
        meter = openMeter;
    }

    @Override
    public boolean isOpen() {
        return isOpen;
    }

    public Replay replay() {
        return replay;
    }

    /** As while {@link Replay} is on. */
    @Override
    public boolean keepsExpired() {
        return replay.isOn();
    }

    @Override
    public long lookupMillis() {
        return clock.lookupMillis();
    }

    @Override
    public void beforeChange(Entry entry) {
        snapshots.beforeChange(entry);
        if (entry.isFresh) {
            weighAgain(entry);
        }
    }

    /** Does something as while a persister opens: the changes are in the log already, and not even looked at. */
    public void runClosed(Runnable action) {
        boolean wasOpen = isOpen;
        isOpen = false;
        try {
            action.run();
        } finally {
            isOpen = wasOpen;
        }
    }

    /** Does something as a transaction that is in the log already: values become what they are, nothing is written. */
    public void runUnrecorded(Runnable action) {
        boolean wasOpen = isOpen;
        Persister openPersister = persister;
        DataSetFollower openFollower = follower;
        Residency openResidency = residency;
        isOpen = true;
        persister = null;
        follower = null;
        residency = null;
        try {
            begin();
            action.run();
            end();
        } finally {
            isOpen = wasOpen;
            persister = openPersister;
            follower = openFollower;
            residency = openResidency;
            changeCount = 0;
            hasFlushedAll = false;
        }
    }

    /** Begins a top-level command. */
    public void begin() {
        observedLsn = 0;
        lastRead = null;
        view = null;
        hasFlushedAll = false;
        isWriting = false;
        unsealed.clear();
    }

    /**
     * Ends a top-level command: its effects are appended.
     *
     * @return the LSN that must be durable before anybody may be told what the command saw or did
     */
    public long end() {
        if (hasGivenUp && (hasUnsealed() || changeCount > 0)) {
            hasLostChanges = true;
            forget();
            throw new PersistenceException("the server ended in the middle of a script");
        }
        if (hasUnsealed()) {
            seal();
        }
        if (changeCount > 0) {
            tellCount();
        }
        if (hasFlushedAll) {
            tellOfFlush();
        }
        // Changes that cancelled each other out have no transaction, and nobody may wait for it.
        return persister == null ? 0 : Math.min(observedLsn, persister.lastLsn());
    }

    /** What runs is cut off in its middle: if it has changed anything, that is not kept. Any thread. */
    public void giveUp() {
        hasGivenUp = true;
    }

    public boolean hasLostChanges() {
        return hasLostChanges;
    }

    private void tellCount() {
        if (persister == null && follower != null) {
            follower.changed(changeCount);
        }
        changeCount = 0;
    }

    private void tellOfFlush() {
        hasFlushedAll = false;
        if (follower != null) {
            follower.flushed();
        }
    }

    /** One of the commands of a transaction or script begins. */
    public void beginWithin() {
        unsealed.begin();
    }

    /** It has ended: what it has made or changed is weighed, for those that follow. */
    public void endWithin() {
        unsealed.weigh();
        weighChanged();
    }

    private void weighChanged() {
        if (residency != null) {
            residency.weighChanged();
        }
        if (meter != null) {
            meter.weighChanged();
        }
    }

    /** What the running transaction takes, and its images will take when it ends; 0 if nobody keeps transactions. */
    public long unsealedBytes() {
        return persister == null ? 0 : transaction.length() + unsealed.bytes();
    }

    /** To be given back to {@link #requireNoChangesSince} when a command has answered an error. */
    public long changes() {
        return changes;
    }

    @Override
    public void notCounting(Runnable removal) {
        long before = changes;
        removal.run();
        changes = before;
    }

    /** A command has answered an error, and so must have changed nothing. Tests end here if it has; a server tells. */
    public void requireNoChangesSince(long before, String command) {
        if (changes != before) {
            LOG.error("{} has answered an error, and has changed data", command);
            assert false : command + " has answered an error, and has changed data";
        }
    }

    private boolean hasUnsealed() {
        return !transaction.isEmpty() || !freshEntries.isEmpty() || !emptiedEntries.isEmpty();
    }

    /** The LSN that the running transaction will have if it changes anything. */
    long pendingLsn() {
        return persister == null ? 0 : persister.lastLsn() + 1;
    }

    /** The running command has seen something that this transaction did. */
    void observe(long lsn) {
        if (lsn > observedLsn) {
            observedLsn = lsn;
        }
    }

    /** This command runs, by itself or as a part of a transaction or script, and none is refused any more that writes. */
    public void runs(CommandSpec spec) {
        isWriting = spec.has(Trait.WRITE) && !spec.has(Trait.SCRIPT);
    }

    /**
     * Whether something that nobody has asked for may be recorded now, such as the removal of a key found expired: it could
     * be appended, and no CLIENT PAUSE keeps the data as they are.
     */
    public boolean canRecord() {
        return !pause.isOn() && (persister == null || (!persister.isBackedUp() && persister.refusal(0, false) == null));
    }

    /** Whether what is changed may take more memory: if not, commands that write wait. */
    public boolean hasRoomInMemory() {
        return residency == null || !residency.isOverfull();
    }

    /**
     * Whether a key that the running command has found expired is to be removed. If it writes always, because it was
     * let through, and may put something else there.
     */
    @Override
    public boolean removesExpired() {
        return isWriting || canRecord();
    }

    /** The running command has seen something that any transaction so far may have done. */
    public void observeEverything() {
        if (persister != null) {
            observe(persister.lastLsn());
        }
    }

    void read(@Nullable Entry entry) {
        lastRead = entry;
    }

    /** What was read last is looked at in this form. */
    void readAs(RMDataStructure form) {
        view = form;
    }

    /** Whether this is another form of an entry's value, which was read last. */
    boolean isViewOf(Entry entry, RMDataStructure value) {
        return view == value && lastRead == entry;
    }

    /** Whether this is the very object that another key than this one was just found to hold. */
    boolean hasReadElsewhere(@Nullable Entry entry, RMDataStructure value) {
        return lastRead != null && lastRead != entry && !lastRead.isRemoved && lastRead.value == value;
    }

    @Override
    public @Nullable Effects effect(Entry entry, Effect effect, int argumentCount) {
        changes++;
        changeCount++;
        tellWaiters(entry);
        if (effect != Effect.DEL) {
            // Who removes a key knows whether it has expired, which is not the same to who watches it.
            databaseOf(entry).watchers().changed(entry.key);
        }
        if (persister == null) {
            weighLater(entry);
            return null;
        }
        changed(entry);
        select(entry.database);
        return effects.begin(effect, argumentCount).argument(entry.keyBytes());
    }

    /** The running command has emptied the data set, whether there was anything in it or not. */
    public void flushedAll() {
        hasFlushedAll = true;
    }

    /** The database has been emptied. */
    void flushed(Database database, long keyCount) {
        changes++;
        changeCount += (int) Math.min(keyCount, Integer.MAX_VALUE - (long) changeCount);
        freshEntries.removeIf(entry -> forget(entry, database.index()));
        unsealed.removeGone();
        if (persister != null) {
            select(database.index());
            effects.begin(Effect.FLUSHDB, 0);
        }
    }

    private static boolean forget(Entry entry, int database) {
        if (entry.database == database) {
            entry.isFresh = false;
            return true;
        }
        return false;
    }

    @Override
    public void markFresh(Entry entry) {
        if (entry.isFresh) {
            weighAgain(entry);
            return;
        }
        changes++;
        changeCount++;
        tellWaiters(entry);
        entry.isFresh = true;
        changed(entry);
        freshEntries.add(entry);
    }

    /** A value has changed, or has been replaced: it may weigh more than when it was last weighed. */
    void weighAgain(Entry entry) {
        if (residency != null) {
            residency.markChanged(entry);
        }
        weighLater(entry);
    }

    private void tellWaiters(Entry entry) {
        if (!awaited.isEmpty()) {
            awaited.changed(entry);
        }
    }

    private void changed(Entry entry) {
        entry.lsn = pendingLsn();
        weighAgain(entry);
    }

    /** It has been changed or removed. */
    void weighLater(Entry entry) {
        unsealed.changed(entry);
        if (meter != null) {
            meter.markChanged(entry);
        }
    }

    /** It is gone, with all others of its database. */
    void forgetWeight(Entry entry) {
        if (meter != null) {
            meter.forget(entry);
        }
    }

    @Override
    public void markEmptied(Entry entry) {
        emptiedEntries.add(entry);
    }

    private void select(int database) {
        if (database != selectedDatabase) {
            selectedDatabase = database;
            effects.begin(Effect.SELECT, 1).argument((long) selectedDatabase);
        }
    }

    /**
     * Appends what has been recorded.
     *
     * @throws PersistenceException if that cannot be done, or if an error came between a change and its record: memory
     *     is ahead of the log then, and nothing in it may be shown any more
     */
    private void seal() {
        try {
            for (Entry entry : emptiedEntries) {
                if (entry.recordsChanges() && Values.isEmptyCollection(entry.value)) {
                    databaseOf(entry).drop(entry);
                }
            }
            for (Entry entry : freshEntries) {
                if (entry.isFresh) {
                    writeFresh(entry);
                }
            }
            if (!transaction.isComplete()) {
                throw new PersistenceException("the changes of a command could not be recorded");
            }
            if (persister != null && !transaction.isEmpty()) {
                observe(persister.append(transaction));
            }
        } finally {
            forget();
        }
    }

    /** Gives up what has been recorded and not appended: memory is ahead of the log then. */
    public void forget() {
        transaction.reset();
        unsealed.clear();
        selectedDatabase = 0;
        clear(freshEntries);
        clear(emptiedEntries);
    }

    /** Turns a fresh value into one that is observed, and writes its image. */
    private void writeFresh(Entry entry) {
        entry.isFresh = false;
        if (Values.isEmptyCollection(entry.value)) {
            if (entry.isLogged) {
                databaseOf(entry).watchers().changed(entry.key);
                effect(entry, Effect.DEL, 1);
            }
            databaseOf(entry).drop(entry);
            return;
        }
        databaseOf(entry).watchers().changed(entry.key);
        Values.makeObserved(entry);
        weighAgain(entry);
        if (persister != null) {
            select(entry.database);
            if (Weights.of(entry) >= LARGE_BYTES) {
                transaction.expect(ImageLength.of(entry));
            }
            images.write(entry);
        }
        entry.isLogged = true;
    }

    private static void clear(List<Entry> entries) {
        if (!entries.isEmpty()) {
            entries.clear();
        }
    }
}
