package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import io.nvmredis.engine.context.CommandPause;
import io.nvmredis.engine.tracking.Invalidations;
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
import io.nvmredis.spi.effects.LibraryEffects;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects the effects of the running command and appends them as one transaction when it ends.
 *
 * <p>Two kinds of changes arrive. A change inside a collection that the log knows is written at once, as a small
 * effect. A whole new value is remembered as a fresh entry and written as an image at the end, when its final content
 * is known. The order between the two is kept per key, which is all that replaying needs: nothing else is written for a
 * fresh entry, and removing the entry takes the image away.
 *
 * <p>Guarded by the engine's lock.
 *
 * <p>If sealing fails, memory is ahead of the log; from then on the engine shows no data.
 */
public final class Recorder implements ChangeSink {
    private static final Logger LOG = LoggerFactory.getLogger(Recorder.class);

    /**
     * Weight from which the length of a value's image is computed before it is encoded, so that the transaction's
     * buffer is not copied while it grows.
     */
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
    private final Invalidations invalidations;
    /** Databases by their numbers; null for a database that has not been made. */
    private final @Nullable Database[] databases = new Database[Databases.COUNT];

    private @Nullable Persister persister;
    /** Receiver of flushes and, where the persister keeps no transactions, of the number of changes. */
    private @Nullable DataSetFollower follower;
    /** Receiver of the transactions beside the persister. */
    private @Nullable TransactionListener listener;

    /** Whether the running command has emptied the data set. */
    private boolean hasFlushedAll;

    /** Number of changes since the last top-level command ended, including the removal of expired keys. */
    private int changeCount;
    /** Number of changes by commands, whether kept or not; the removal of expired keys does not count. */
    private long changes;

    private @Nullable Residency residency;
    private @Nullable MemoryMeter meter;
    private boolean isOpen;

    private volatile boolean hasGivenUp;
    /** Whether the command that was cut off had changed anything. */
    private volatile boolean hasLostChanges;

    /** Whether the running command may change data and is no script: see {@link #runs}. */
    private boolean isWriting;

    private int selectedDatabase;
    private long observedLsn;
    /** Entry whose value was read last: COPY, MOVE and RENAME store that value under another key next. */
    private @Nullable Entry lastRead;
    /** Value of {@link #lastRead} in another form, for a command that changes it in that form and stores it. */
    private @Nullable RMDataStructure view;

    /** Creates a recorder with waiters, pause and snapshots of its own. */
    Recorder(CommandClock clock) {
        this(new AwaitedKeys<>(), new CommandPause(), new Snapshots(), clock, new Invalidations());
    }

    /**
     * Creates a recorder that tells the waiters, the snapshots and client-side caching of each change.
     *
     * @param pause while it is on, only changes that a command asks for are recorded
     */
    public Recorder(
            AwaitedKeys<?> awaited,
            CommandPause pause,
            Snapshots snapshots,
            CommandClock clock,
            Invalidations invalidations) {
        this.awaited = awaited;
        this.pause = pause;
        this.snapshots = snapshots;
        this.clock = clock;
        this.invalidations = invalidations;
    }

    /** Adds a database that has been made, to record its changes. */
    void add(Database database) {
        databases[database.index()] = database;
    }

    private Database databaseOf(Entry entry) {
        return Objects.requireNonNull(databases[entry.database]);
    }

    /** Returns the clock of the running command, which also says at which time keys are looked up. */
    public CommandClock clock() {
        return clock;
    }

    Snapshots snapshots() {
        return snapshots;
    }

    Invalidations invalidations() {
        return invalidations;
    }

    /**
     * Starts recording. Nothing is recorded before, because the changes that recovery applies are in the log already.
     */
    public void open(Persister openPersister, @Nullable Residency openResidency, @Nullable MemoryMeter openMeter) {
        isOpen = true;
        persister = openPersister.keepsTransactions() ? openPersister : null;
        follower = openPersister.follower();
        residency = openResidency;
        meter = openMeter;
    }

    /**
     * Sets who receives the transactions from the next one on, be there a persister that keeps them or not; null: nobody
     * any more.
     */
    public void tell(@Nullable TransactionListener newListener) {
        listener = newListener;
    }

    /** Tells whether the effects of commands are written. */
    private boolean writesEffects() {
        return persister != null || listener != null;
    }

    @Override
    public boolean isOpen() {
        return isOpen;
    }

    public Replay replay() {
        return replay;
    }

    /** Tells whether expired data stay in place because {@link Replay} is on. */
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
            invalidations.changed(entry.key);
            weighAgain(entry);
        }
    }

    /**
     * Runs an action whose changes are in the log already, as if the persister were still opening: they are not
     * recorded.
     */
    public void runClosed(Runnable action) {
        boolean wasOpen = isOpen;
        isOpen = false;
        try {
            action.run();
        } finally {
            isOpen = wasOpen;
        }
    }

    /**
     * Runs an action as one transaction that is in the log already: its values become observed, and nothing is written.
     */
    public void runUnrecorded(Runnable action) {
        boolean wasOpen = isOpen;
        Persister openPersister = persister;
        DataSetFollower openFollower = follower;
        TransactionListener openListener = listener;
        Residency openResidency = residency;
        isOpen = true;
        persister = null;
        follower = null;
        listener = null;
        residency = null;
        try {
            begin();
            action.run();
            end();
        } finally {
            isOpen = wasOpen;
            persister = openPersister;
            follower = openFollower;
            listener = openListener;
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
     * Ends a top-level command and appends its effects.
     *
     * @return the LSN that must be durable before a reply may reveal what the command saw or did
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
        // Changes that cancelled each other out have no transaction, and so no LSN that a reply could wait for.
        return persister == null ? 0 : Math.min(observedLsn, persister.lastLsn());
    }

    /** Cuts off the running command: its changes are not kept. Any thread. */
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

    /** Begins one of the commands of a transaction or script. */
    public void beginWithin() {
        invalidations.beginWithin();
        unsealed.begin();
    }

    /**
     * Ends one of the commands of a transaction or script, and weighs what it made or changed for the commands that
     * follow.
     */
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

    /**
     * Returns the bytes that the running transaction takes, including the images to be written when it ends; 0 if the
     * persister keeps no transactions.
     */
    public long unsealedBytes() {
        return !writesEffects() ? 0 : transaction.length() + unsealed.bytes();
    }

    /**
     * Returns the number of changes so far, for {@link #requireNoChangesSince} after a command that answers an error.
     */
    public long changes() {
        return changes;
    }

    @Override
    public void notCounting(Runnable removal) {
        long before = changes;
        removal.run();
        changes = before;
    }

    /**
     * Checks that a command that answered an error changed nothing. If it did, a server logs that; with assertions, as
     * in tests, the check fails.
     */
    public void requireNoChangesSince(long before, String command) {
        if (changes != before) {
            LOG.error("{} has answered an error, and has changed data", command);
            assert false : command + " has answered an error, and has changed data";
        }
    }

    private boolean hasUnsealed() {
        return !transaction.isEmpty() || !freshEntries.isEmpty() || !emptiedEntries.isEmpty();
    }

    /** Returns the LSN that the running transaction gets if it changes anything. */
    long pendingLsn() {
        return persister == null ? 0 : persister.lastLsn() + 1;
    }

    /** Notes that the running command has seen an effect of the transaction with this LSN. */
    void observe(long lsn) {
        if (lsn > observedLsn) {
            observedLsn = lsn;
        }
    }

    /**
     * Notes the command that runs, by itself or within a transaction or script. No command that writes is refused after
     * this call.
     */
    public void runs(CommandSpec spec) {
        isWriting = spec.has(Trait.WRITE) && !spec.has(Trait.SCRIPT);
    }

    /**
     * Tells whether a change that no command asked for may be recorded now, such as the removal of an expired key: it
     * can be appended, and no CLIENT PAUSE keeps the data as they are.
     */
    public boolean canRecord() {
        return !pause.isOn() && (persister == null || (!persister.isBackedUp() && persister.refusal(0, false) == null));
    }

    /** Tells whether changes may take more memory. If not, commands that write wait. */
    public boolean hasRoomInMemory() {
        return residency == null || !residency.isOverfull();
    }

    /**
     * Tells whether a key that the running command found expired is to be removed. A command that writes always removes
     * it, because the command was let through and may store another value there.
     */
    @Override
    public boolean removesExpired() {
        return isWriting || canRecord();
    }

    /** Notes that the running command may have seen effects of every transaction so far. */
    public void observeEverything() {
        if (persister != null) {
            observe(persister.lastLsn());
        }
    }

    /** Notes the entry whose value the running command read last. */
    void read(@Nullable Entry entry) {
        lastRead = entry;
    }

    /** Notes the form in which the command sees the value that it read last. */
    void readAs(RMDataStructure form) {
        view = form;
    }

    /** Tells whether a value is another form of an entry's value, and that entry was read last. */
    boolean isViewOf(Entry entry, RMDataStructure value) {
        return view == value && lastRead == entry;
    }

    /** Tells whether a value is the same object that another entry, which was read last, still holds. */
    boolean hasReadElsewhere(@Nullable Entry entry, RMDataStructure value) {
        return lastRead != null && lastRead != entry && !lastRead.isRemoved && lastRead.value == value;
    }

    /** Records the deadline that an entry has now, or that it has none any more. */
    void deadlineChanged(Entry entry) {
        if (entry.deadline == Entry.NO_DEADLINE) {
            effect(entry, Effect.PERSIST, 1);
            return;
        }
        Effects effect = effect(entry, Effect.PEXPIREAT, 2);
        if (effect != null) {
            effect.argument(entry.deadline);
        }
    }

    @Override
    public @Nullable Effects effect(Entry entry, Effect effect, int argumentCount) {
        changes++;
        changeCount++;
        if (!awaited.isEmpty()) {
            awaited.changed(entry, effect);
        }
        if (effect != Effect.DEL && !effect.isBesideEntries()) {
            // The caller that removes a key tells its watchers, because only the caller knows whether the key had
            // expired.
            databaseOf(entry).watchers().changed(entry.key);
        }
        if (!writesEffects()) {
            weighLater(entry);
            return null;
        }
        changed(entry);
        select(entry.database);
        return effects.begin(effect, argumentCount).argument(entry.keyBytes());
    }

    /**
     * Begins the record of a change of {@link LibraryCodes}. Returns what takes the effect; null if the persister keeps
     * none.
     */
    @Nullable
    Effects libraryChanges() {
        changes++;
        changeCount++;
        if (writesEffects() && selectedDatabase != LibraryEffects.DATABASE) {
            selectedDatabase = LibraryEffects.DATABASE;
            LibraryEffects.select(effects);
        }
        return writesEffects() ? effects : null;
    }

    /** Notes that the running command emptied the data set, even if it was empty before. */
    public void flushedAll() {
        hasFlushedAll = true;
    }

    /** Records that a database was emptied. */
    void flushed(Database database, long keyCount) {
        changes++;
        changeCount += (int) Math.min(keyCount, Integer.MAX_VALUE - (long) changeCount);
        awaited.allChanged(database.index());
        freshEntries.removeIf(entry -> forget(entry, database.index()));
        unsealed.removeGone();
        if (writesEffects()) {
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
        invalidations.changed(entry.key);
        if (entry.isFresh) {
            weighAgain(entry);
            return;
        }
        changes++;
        changeCount++;
        wakeWaiters(entry);
        entry.isFresh = true;
        changed(entry);
        freshEntries.add(entry);
    }

    /** Has an entry weighed again when the command ends, because its value was changed or replaced. */
    void weighAgain(Entry entry) {
        if (residency != null) {
            residency.markChanged(entry);
        }
        weighLater(entry);
    }

    @Override
    public void wakeWaiters(Entry entry) {
        if (!awaited.isEmpty()) {
            awaited.changed(entry);
        }
    }

    private void changed(Entry entry) {
        entry.lsn = pendingLsn();
        weighAgain(entry);
    }

    /** Has an entry that was changed or removed weighed when the command ends. */
    void weighLater(Entry entry) {
        unsealed.changed(entry);
        if (meter != null) {
            meter.markChanged(entry);
        }
    }

    /** Takes back the weight of an entry, whose database is being emptied. */
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
     * Appends the recorded changes as one transaction.
     *
     * @throws PersistenceException if they cannot be appended, or if an error came between a change and its record:
     *     memory is then ahead of the log, and no data in it may be shown any more
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
            if (!transaction.isEmpty()) {
                append();
            }
        } finally {
            forget();
        }
    }

    private void append() {
        long lsn = 0;
        if (persister != null) {
            lsn = persister.append(transaction);
            observe(lsn);
        }
        if (listener != null) {
            listener.appended(transaction, lsn);
        }
    }

    /** Drops the changes that are recorded and not appended: if there are any, memory is then ahead of the log. */
    public void forget() {
        transaction.reset();
        unsealed.clear();
        selectedDatabase = 0;
        clear(freshEntries);
        clear(emptiedEntries);
    }

    /**
     * Makes a fresh value observed and writes its image; removes the key instead if the value is an empty collection.
     */
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
        databaseOf(entry).watchers().sealed(entry);
        Values.makeObserved(entry);
        weighAgain(entry);
        if (writesEffects()) {
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
