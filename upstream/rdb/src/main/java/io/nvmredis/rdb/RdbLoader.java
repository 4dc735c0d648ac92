package io.nvmredis.rdb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.nvmredis.spi.DataSet;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns an RDB file into transactions of effects.
 *
 * <p>No length or count in the file is trusted: see {@link RdbInput}. Every fault of the file is a {@link
 * PersistenceException} that names file and place; the caller must then discard the transactions handed on before. The
 * checksum stands at the end, so damage may be found only after all data have been handed on.
 *
 * <p>A library of functions is no effect: it is handed on by {@link TransactionSink#run}, as the command that loads it.
 *
 * <p>Collections without elements are left out. So are expired keys, as a Redis that is no replica does, unless the
 * options say otherwise. A loader is used once, by one thread.
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
    private @Nullable String writer;
    /**
     * Set if Valkey has written the file: then numbers of types above {@link RdbFormat#TYPE_STREAM_LISTPACKS_3} and
     * opcodes below 244 mean something else.
     */
    private boolean isValkey;

    public RdbLoader(RdbInput input, RdbLoadOptions options, TransactionSink sink) {
        this.input = input;
        this.options = options;
        batch = new TransactionBatch(sink, options.firstLsn());
        target = new KeyLoader(batch, options);
        values = new ValueReader(input, target);
    }

    /** Loads a file, which must end where the RDB data in it end. */
    public static RdbLoadReport load(
            Path file, RdbLoadOptions options, TransactionSink sink, LoadingListener listener) {
        try (InputStream source = Files.newInputStream(file)) {
            RdbInput input = new RdbInput(source, file.toString(), Files.size(file), listener);
            RdbLoadReport report = new RdbLoader(input, options, sink).load();
            if (input.rest().read() >= 0) {
                throw new PersistenceException(file + " has more bytes behind its end at byte " + report.endOffset()
                        + "; is it the base of an append-only file of Redis before 7.0? Then load it as such");
            }
            return report;
        } catch (NoSuchFileException e) {
            throw new PersistenceException("there is no file " + file, e);
        } catch (IOException e) {
            throw new PersistenceException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Returns what the aux fields at the beginning say of the server of ours that has written them. */
    static RdbFile.Origin origin(RdbInput input) {
        RdbLoader loader = new RdbLoader(input, RdbLoadOptions.DEFAULT, (lsn, bytes, offset, length) -> {});
        loader.readHeader();
        while (loader.writer == null && input.readByte() == RdbFormat.OPCODE_AUX) {
            loader.readAux();
        }
        return new RdbFile.Origin(loader.writer, loader.savedLsn);
    }

    /** Reads to the end of the RDB data, and leaves the input there. */
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
        byte[] magic = input.readBytes(RdbFormat.MAGIC.length);
        if (Arrays.equals(magic, RdbFormat.MAGIC)) {
            int version = readVersion(4);
            requireVersion(version, 1, RdbFormat.NEWEST_VERSION, "Redis up to 8.10");
            return version;
        }
        if (Arrays.equals(magic, RdbFormat.VALKEY_MAGIC)) {
            input.readByte();
            isValkey = true;
            int version = readVersion(3);
            requireVersion(version, RdbFormat.VALKEY_VERSION, RdbFormat.VALKEY_NEWEST_VERSION, "Valkey 9");
            return version;
        }
        throw new PersistenceException(
                input.name() + " is not an RDB file: it begins neither with 'REDIS' nor with 'VALKEY'");
    }

    private int readVersion(int digitCount) {
        byte[] digits = input.readBytes(digitCount);
        int version = 0;
        for (byte digit : digits) {
            if (digit < '0' || digit > '9') {
                throw input.corrupt("the version " + Shown.key(digits));
            }
            version = version * 10 + digit - '0';
        }
        return version;
    }

    /** Throws unless the version is known: an unknown one may spell anything otherwise. */
    private void requireVersion(int version, int oldest, int newest, String writer) {
        if (version < oldest || version > newest) {
            throw new PersistenceException(input.name() + " is an RDB file of version " + version + "; versions "
                    + oldest + " to " + newest + " can be read, which " + writer + " writes");
        }
    }

    /** Reads the item that the next byte announces. Returns whether that was the end. */
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
            case RdbFormat.OPCODE_KEY_META, RdbFormat.OPCODE_HASH_TEMPLATES -> readNewer(opcode);
            case RdbFormat.OPCODE_MODULE_AUX -> skipModuleAux();
            case RdbFormat.OPCODE_FUNCTION2 -> readLibrary();
            case RdbFormat.OPCODE_FUNCTION_PRE_GA -> skipLibrary();
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
            throw input.corrupt("the checksum " + Long.toHexString(found) + " where the bytes before it have "
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
        } else if (name.equals(RdbFormat.AUX_PERSISTENCE)) {
            writer = new String(value, ISO_8859_1);
        }
    }

    /**
     * Skips data that modules keep beside the keys. Redis 8 writes some even where modules are not used, so they never
     * stop the loading.
     */
    private void skipModuleAux() {
        String module = ModuleSkipper.name(input.readLength());
        input.reading("the data of module " + module);
        ModuleSkipper.skip(input);
        drop("data of module " + module, 1);
    }

    private void readNewer(int opcode) {
        if (isValkey || opcode == RdbFormat.OPCODE_HASH_TEMPLATES) {
            String what = isValkey
                    ? "a record that Valkey writes while slots move or data change (opcode " + opcode + ")"
                    : "the names of fields that hashes share (hash templates)";
            throw unreadable("at byte " + (input.offset() - 1) + " stands " + what);
        }
        skipKeyMeta();
    }

    /** Skips data that modules keep beside one key: for each module its class in four bytes, and its data. */
    private void skipKeyMeta() {
        input.reading("the data that modules keep for a key");
        for (long left = input.readCount(); left > 0; left--) {
            input.skip(Integer.BYTES);
            ModuleSkipper.skip(input);
            drop("data that modules keep for keys", 1);
        }
    }

    /** Hands a library on as the command that loads it, since only who runs it knows whether it is one. */
    private void readLibrary() {
        input.reading("a library of functions");
        batch.command(LibraryPayload.LOAD, input.readString());
    }

    /** Skips a library in the form of a release candidate of Redis 7.0, which Redis does not read either. */
    private void skipLibrary() {
        input.reading("a library of functions");
        if (!options.skipsUnsupported()) {
            throw unsupported("at byte " + input.offset() + " stands a library of functions in the form of a release"
                    + " candidate of Redis 7.0");
        }
        // Name, engine, perhaps a description, and the code.
        input.skipString();
        input.skipString();
        if (input.readLength() != 0) {
            input.skipString();
        }
        input.skipString();
        drop("function libraries", 1);
    }

    private PersistenceException unsupported(String what) {
        return new PersistenceException(input.name() + " cannot be loaded whole: " + what
                + ", which cannot be kept here; --import-skip-unsupported leaves it out and goes on");
    }

    private PersistenceException unreadable(String what) {
        return new PersistenceException(input.name() + " cannot be loaded: " + what
                + ", which cannot be read here; have the server that has written it save it again without that");
    }

    private void drop(String reason, long count) {
        dropped.merge(reason, count, Long::sum);
    }

    private void readKey(int opcode) {
        int type = isValkey ? RdbFormat.ofValkey(opcode) : opcode;
        String typeName = ValueReader.nameOf(type);
        input.reading("the key of a " + typeName);
        long start = input.offset() - 1;
        byte[] key = input.readString();
        String place = "key " + Shown.key(key) + " of database " + database + ", a " + typeName;
        input.reading(place);
        if (ValueReader.isUnreadable(type)) {
            throw unreadable("at byte " + start + " stands " + place);
        }
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
        boolean hasNoPlace = database >= DataSet.DATABASE_COUNT;
        if (hasNoPlace && !options.skipsUnsupported()) {
            throw unsupported("at byte " + start + " stands " + place + ", and there are " + DataSet.DATABASE_COUNT
                    + " databases here");
        }
        batch.select(hasNoPlace ? 0 : database);
        boolean isExpired = target.begin(key, deadlineMillis, hasNoPlace);
        long ownerless = values.read(type);
        target.end();
        if (ownerless > 0) {
            if (!options.skipsUnsupported()) {
                throw unsupported("at byte " + start + " stands " + place + " with " + ownerless
                        + " pending entries that consumers have given back");
            }
            drop("pending entries that consumers have given back", ownerless);
        }
        if (hasNoPlace) {
            drop("keys of databases from " + DataSet.DATABASE_COUNT + " on", 1);
        } else if (target.isEmpty()) {
            emptyKeyCount++;
        } else if (isExpired || !target.isKept()) {
            expiredKeyCount++;
        } else {
            keyCount++;
        }
    }
}
