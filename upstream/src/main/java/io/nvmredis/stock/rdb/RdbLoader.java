package io.nvmredis.stock.rdb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.PersistenceException;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.ValueVisitor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Turns an RDB file into transactions of effects.
 *
 * <p>What a file says is believed only as far as it does no harm: see {@link RdbInput}. Whatever is wrong with it comes
 * out as a {@link PersistenceException} that names file and place; transactions handed on before that must be thrown
 * away then. Its checksum stands at the end, so damage may be found when all of it has been handed on.
 *
 * <p>Keys that have expired are left out, as a Redis that is no replica does, unless the options say otherwise;
 * collections without elements are, too. Used once; one thread.
 */
public final class RdbLoader {
    private final RdbInput input;
    private final RdbLoadOptions options;
    private final TransactionBatch batch;
    private final KeyLoader target;
    private final ValueReader values;
    private final Map<String, Long> dropped = new TreeMap<>();
    private int database;
    private long deadlineMillis = ValueVisitor.NO_DEADLINE;
    private long keyCount;
    private long expiredKeyCount;
    private long emptyKeyCount;
    private long savedLsn;

    public RdbLoader(RdbInput input, RdbLoadOptions options, TransactionSink sink) {
        this.input = input;
        this.options = options;
        batch = new TransactionBatch(sink, options.firstLsn());
        target = new KeyLoader(batch, options);
        values = new ValueReader(input, target);
    }

    /** Loads a file, which must end where its RDB does. */
    public static RdbLoadReport load(
            Path file, RdbLoadOptions options, TransactionSink sink, LoadingListener listener) {
        try (InputStream source = Files.newInputStream(file)) {
            RdbInput input = new RdbInput(source, file.toString(), Files.size(file), listener);
            RdbLoadReport report = new RdbLoader(input, options, sink).load();
            if (input.rest().read() >= 0) {
                throw new PersistenceException(file + " goes on behind its end at byte " + report.endOffset()
                        + "; is it the base of an append-only file of Redis before 7.0? Then load it as such");
            }
            return report;
        } catch (NoSuchFileException e) {
            throw new PersistenceException("there is no file " + file, e);
        } catch (IOException e) {
            throw new PersistenceException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Reads to the end of the RDB, where the input stands then. */
    public RdbLoadReport load() {
        int version = readHeader();
        boolean isAtEnd;
        do {
            isAtEnd = readNext(version);
        } while (!isAtEnd);
        batch.flush();
        return new RdbLoadReport(
                version,
                keyCount,
                expiredKeyCount,
                emptyKeyCount,
                batch.transactionCount(),
                batch.payloadBytes(),
                savedLsn,
                input.offset(),
                dropped);
    }

    private int readHeader() {
        if (!input.nextIs(RdbFormat.MAGIC)) {
            throw new PersistenceException(input.name() + " is not an RDB file: it does not begin with 'REDIS'");
        }
        byte[] digits = input.readBytes(4);
        int version = 0;
        for (byte digit : digits) {
            if (digit < '0' || digit > '9') {
                throw input.corrupt("the version " + Shown.key(digits));
            }
            version = version * 10 + digit - '0';
        }
        if (version < 1 || version > RdbFormat.VERSION_WITH_FIELD_DEADLINES) {
            throw new PersistenceException(input.name() + " is an RDB file of version " + version
                    + "; versions 1 to " + RdbFormat.VERSION_WITH_FIELD_DEADLINES
                    + " can be read, which Redis up to 8 writes");
        }
        return version;
    }

    /** Reads what the next byte announces. Returns whether that was the end. */
    private boolean readNext(int version) {
        input.reading("database " + database);
        int opcode = input.readByte();
        switch (opcode) {
            case RdbFormat.OPCODE_EOF -> {
                checkChecksum(version);
                return true;
            }
            case RdbFormat.OPCODE_SELECTDB -> selectDatabase();
            case RdbFormat.OPCODE_RESIZEDB -> {
                input.readLength();
                input.readLength();
            }
            case RdbFormat.OPCODE_EXPIRETIME -> deadlineMillis = input.readSigned(Integer.BYTES) * 1000;
            case RdbFormat.OPCODE_EXPIRETIME_MS -> deadlineMillis = input.readLittleEndian(Long.BYTES);
            case RdbFormat.OPCODE_FREQ -> input.readByte();
            case RdbFormat.OPCODE_IDLE -> input.readLength();
            case RdbFormat.OPCODE_AUX -> readAux();
            case RdbFormat.OPCODE_SLOT_INFO -> {
                input.readLength();
                input.readLength();
                input.readLength();
            }
            case RdbFormat.OPCODE_MODULE_AUX -> skipModuleAux();
            case RdbFormat.OPCODE_FUNCTION2, RdbFormat.OPCODE_FUNCTION_PRE_GA -> skipFunction(opcode);
            default -> readKey(opcode);
        }
        return false;
    }

    private void checkChecksum(int version) {
        if (version < RdbFormat.FIRST_VERSION_WITH_CHECKSUM) {
            return;
        }
        input.reading("the checksum");
        long computed = input.crc();
        long found = input.readLittleEndian(Long.BYTES);
        if (found != 0 && found != computed) {
            throw input.corrupt("the checksum " + Long.toHexString(found) + " where what comes before it has "
                    + Long.toHexString(computed));
        }
    }

    private void selectDatabase() {
        long selected = input.readLength();
        if (selected < 0 || selected > Integer.MAX_VALUE) {
            throw input.corrupt("the number " + Long.toUnsignedString(selected) + " of a database");
        }
        database = (int) selected;
    }

    private void readAux() {
        input.reading("an aux field");
        String name = new String(input.readString(), ISO_8859_1);
        byte[] value = input.readString();
        if (name.equals(RdbFormat.AUX_LSN) && Decimals.isCanonical(value, 0, value.length)) {
            savedLsn = Decimals.parse(value, 0, value.length);
        }
    }

    /** What modules keep beside keys: Redis 8 writes some whether it is used or not, so it is no reason to stop. */
    private void skipModuleAux() {
        String module = ModuleSkipper.name(input.readLength());
        input.reading("the data of module " + module);
        ModuleSkipper.skip(input);
        drop("data of module " + module, 1);
    }

    private void skipFunction(int opcode) {
        input.reading("a function library");
        if (!options.skipsUnsupported()) {
            throw unsupported("a function library stands at byte " + input.offset());
        }
        if (opcode == RdbFormat.OPCODE_FUNCTION_PRE_GA) {
            // Name and engine, then perhaps a description, then the code.
            input.skipString();
            input.skipString();
            if (input.readLength() != 0) {
                input.skipString();
            }
        }
        input.skipString();
        drop("function libraries", 1);
    }

    private PersistenceException unsupported(String what) {
        return new PersistenceException(input.name() + " cannot be loaded whole: " + what
                + ", which cannot be kept here; --import-skip-unsupported leaves it out and goes on");
    }

    private void drop(String reason, long count) {
        dropped.merge(reason, count, Long::sum);
    }

    private void readKey(int type) {
        String typeName = ValueReader.nameOf(type);
        input.reading("the key of a " + typeName);
        long start = input.offset() - 1;
        byte[] key = input.readString();
        String place = "key " + Shown.key(key) + " of database " + database + ", a " + typeName;
        input.reading(place);
        if (type == RdbFormat.TYPE_MODULE_2 || type == RdbFormat.TYPE_MODULE_PRE_GA) {
            skipModuleValue(type, place, start);
        } else {
            loadKey(type, key, place, start);
        }
        deadlineMillis = ValueVisitor.NO_DEADLINE;
    }

    private void skipModuleValue(int type, String place, long start) {
        String module = ModuleSkipper.name(input.readLength());
        if (type == RdbFormat.TYPE_MODULE_PRE_GA) {
            throw new PersistenceException(input.name() + " cannot be loaded: " + place + " of module " + module
                    + " at byte " + start
                    + " is in a form that nothing but that module can read; remove the key and save"
                    + " the file again");
        }
        if (!options.skipsUnsupported()) {
            throw unsupported("at byte " + start + " stands " + place + " of module " + module);
        }
        ModuleSkipper.skip(input);
        drop("keys of module " + module, 1);
    }

    private void loadKey(int type, byte[] key, String place, long start) {
        batch.select(database);
        boolean isExpired = target.begin(key, deadlineMillis);
        long groupCount = values.read(type);
        target.end();
        if (groupCount > 0) {
            if (!options.skipsUnsupported()) {
                throw unsupported("at byte " + start + " stands " + place + " with " + groupCount + " consumer group"
                        + (groupCount == 1 ? "" : "s"));
            }
            drop("consumer groups", groupCount);
        }
        if (target.isEmpty()) {
            emptyKeyCount++;
        } else if (isExpired || !target.isKept()) {
            expiredKeyCount++;
        } else {
            keyCount++;
        }
    }
}
