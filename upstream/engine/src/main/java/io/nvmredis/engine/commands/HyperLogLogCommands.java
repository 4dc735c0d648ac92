package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.WrongValueTypeException;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.hyperloglog.DenseAddition;
import io.nvmredis.engine.hyperloglog.EarlierForm;
import io.nvmredis.engine.hyperloglog.HyperLogLog;
import io.nvmredis.engine.hyperloglog.Registers;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.keyspace.Recorder;
import io.nvmredis.engine.value.ObservedBytes;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * PFADD, PFCOUNT and PFMERGE, on strings in Redis's encoding.
 *
 * <p>Changed bytes are recorded as SETRANGE, which every persister and every Redis has. In a dense HyperLogLog, PFADD
 * changes 1 or 2 bytes per register that it raises, and the byte that marks the cached count as stale. In a sparse one,
 * of at most 3000 bytes, the bytes behind the change move, and it is written from the change on, or whole. PFCOUNT of
 * one key writes the count into the string, as Redis does, so that the bytes are the same; it does not while a command
 * that writes would be refused or have to wait.
 *
 * <p>A string in the form that earlier versions gave a HyperLogLog is read as that HyperLogLog. Its bytes stay the same
 * until one of these commands writes to it: other commands, and a client that stores such bytes, see plain bytes.
 */
final class HyperLogLogCommands {
    private static final String INVALID = "WRONGTYPE Key is not a valid HyperLogLog string value.";
    /**
     * Number of raised registers beyond which a dense string is recorded whole: a patch takes some 40 bytes and the
     * key.
     */
    private static final int MAX_PATCHES = 100;

    static final Map<String, DataCommand> COMMANDS = Map.of(
            "pfadd", HyperLogLogCommands::pfadd,
            "pfcount", HyperLogLogCommands::pfcount,
            "pfmerge", HyperLogLogCommands::pfmerge);

    private HyperLogLogCommands() {}

    /** HyperLogLog that a key holds, in Redis's encoding. Its bytes must not be changed. */
    private static final class Found {
        final byte[] bytes;
        /** Whether the string has exactly these bytes, not the form of earlier versions. */
        final boolean isStoredSo;

        private Found(byte[] bytes, boolean isStoredSo) {
            this.bytes = bytes;
            this.isStoredSo = isStoredSo;
        }

        static @Nullable Found of(Database database, Slice key) {
            byte[] bytes = database.strings().bytes(key);
            if (bytes == null || HyperLogLog.isOne(bytes)) {
                return bytes == null ? null : new Found(bytes, true);
            }
            byte[] converted = EarlierForm.converted(bytes);
            if (converted == null) {
                throw new WrongValueTypeException(INVALID);
            }
            return new Found(converted, false);
        }
    }

    private static Slice pfadd(Database database, Arguments arguments) {
        Slice key = arguments.word(0);
        Found found = Found.of(database, key);
        if (found != null && found.isStoredSo && HyperLogLog.isDense(found.bytes)) {
            return Response.integer(addInPlace(database, arguments, found.bytes) ? 1 : 0);
        }
        HyperLogLog sum = found == null ? HyperLogLog.empty() : HyperLogLog.copyOf(found.bytes);
        boolean isChanged = found == null;
        for (int i = 1; i < arguments.count(); i++) {
            isChanged |= sum.add(arguments.bytes(i));
        }
        if (isChanged) {
            store(database, key, sum);
        }
        return Response.integer(isChanged ? 1 : 0);
    }

    private static void store(Database database, Slice key, HyperLogLog sum) {
        sum.forgetCount();
        database.putValueWithoutClearingTtl(key, new RMString(sum.toByteArray()));
    }

    private static boolean addInPlace(Database database, Arguments arguments, byte[] dense) {
        DenseAddition addition = new DenseAddition(dense);
        for (int i = 1; i < arguments.count(); i++) {
            addition.add(arguments.bytes(i));
        }
        if (addition.count() == 0) {
            return false;
        }
        boolean makesCountStale = addition.makesCountStale();
        ObservedBytes string = database.strings().inPlace(arguments.word(0));
        addition.apply(string.beginChange());
        if (addition.count() > MAX_PATCHES) {
            string.changedAll();
            return true;
        }
        if (makesCountStale) {
            string.changed(DenseAddition.staleOffset(), 1);
        }
        for (int i = 0; i < addition.count(); i++) {
            string.changed(addition.offset(i), addition.length(i));
        }
        return true;
    }

    private static Slice pfcount(Database database, Arguments arguments) {
        if (arguments.count() == 1) {
            return Response.integer(countOne(database, arguments.word(0)));
        }
        byte[] registers = new byte[Registers.COUNT];
        for (int i = 0; i < arguments.count(); i++) {
            Found found = Found.of(database, arguments.word(i));
            if (found != null) {
                Registers.merge(found.bytes, registers);
            }
        }
        return Response.integer(Registers.countMerged(registers));
    }

    private static long countOne(Database database, Slice key) {
        Found found = Found.of(database, key);
        if (found == null) {
            return 0;
        }
        long cached = Registers.cachedCount(found.bytes);
        if (cached != Registers.STALE) {
            return cached;
        }
        long count = Registers.count(found.bytes);
        if (mayCache(database)) {
            cache(database, key, found, Registers.encodeCount(count));
        }
        return count;
    }

    /** Tells whether a count may be cached: not while a command that writes would be refused or have to wait. */
    private static boolean mayCache(Database database) {
        Recorder recorder = database.recorder();
        return recorder.canRecord()
                && recorder.hasRoomInMemory()
                && !database.snapshots().isFull();
    }

    private static void cache(Database database, Slice key, Found found, byte[] count) {
        if (!found.isStoredSo) {
            database.putValueWithoutClearingTtl(key, new RMString(found.bytes));
        }
        ObservedBytes string = database.strings().inPlace(key);
        System.arraycopy(count, 0, string.beginChange(), Registers.CACHED_COUNT_OFFSET, count.length);
        string.changed(Registers.CACHED_COUNT_OFFSET, count.length);
    }

    private static Slice pfmerge(Database database, Arguments arguments) {
        Slice key = arguments.word(0);
        byte[] registers = new byte[Registers.COUNT];
        boolean isDense = false;
        for (int i = 0; i < arguments.count(); i++) {
            Found found = Found.of(database, arguments.word(i));
            if (found != null) {
                isDense |= HyperLogLog.isDense(found.bytes);
                Registers.merge(found.bytes, registers);
            }
        }
        Found target = Found.of(database, key);
        HyperLogLog sum = target == null ? HyperLogLog.empty() : HyperLogLog.copyOf(target.bytes);
        if (isDense) {
            sum.becomeDense();
        }
        sum.merge(registers);
        store(database, key, sum);
        // PFMERGE counts as a change even if it changes no byte.
        database.markKeyModified(key);
        return Response.OK;
    }
}
