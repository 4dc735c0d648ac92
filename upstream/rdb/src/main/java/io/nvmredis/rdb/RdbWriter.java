package io.nvmredis.rdb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.SnapshotVisitor;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.effects.LibraryEffects;
import io.nvmredis.spi.effects.StreamState;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;

/**
 * Encodes a snapshot as an RDB file that Redis 7.0 loads, or Redis 7.4 if a hash has fields with deadlines.
 *
 * <p>The writer takes what {@link Snapshot#advance} shows it into memory and never waits; between two calls of it, the
 * caller writes those bytes out with {@link #drainTo}. The memory needed is what one call shows, with three exceptions. A
 * hash that has shown no field with a deadline yet is kept, encoded, up to {@link #MAX_HELD_BYTES}, until it shows one
 * or ends, because its very first byte says whether any field has one. What is pending in a consumer group is kept until
 * the group ends. And a single string is always whole in memory.
 *
 * <p>The version stands at the beginning of the file, and the numbers of nodes and of groups at the beginning of these:
 * they are put right when they are known.
 *
 * <p>It makes no garbage per key. Each snapshot has its own writer; one thread at a time.
 */
public final class RdbWriter implements SnapshotVisitor {
    /** Bytes of a hash beyond which its first field with a deadline cannot be encoded any more. */
    static final int MAX_HELD_BYTES = 1 << 30;

    /** Version of Redis that the file says it comes from; Redis uses it only for a line of its log. */
    private static final String REDIS_VERSION = "7.0.0";

    private static final byte[] COUNT_PLACE = {(byte) RdbFormat.LENGTH_32_BITS, 0, 0, 0, 0};

    private final RdbOptions options;
    private final RdbOutput output = new RdbOutput();
    private final RdbBuffer buffer = output.buffer();
    private final StringEncoder strings;
    private final HashEncoder hashes;
    private final StreamEncoder streams;
    private final StreamGroupEncoder groups;
    private final Snapshot snapshot;
    private int version = RdbFormat.VERSION;
    private int database = -1;
    private byte[] key = new byte[0];
    /** Whether the fields of the hash are libraries of functions, which are no key in a file. */
    private boolean isAtLibraries;

    private ValueType type = ValueType.STRING;
    private int elementCount;
    private int elementsLeft;
    private long keyCount;
    private long nodeCountStart;
    private long groupCountStart;
    private long firstMillis;
    private long firstSequence;

    /** Creates a writer of a snapshot and encodes the header. */
    public RdbWriter(Snapshot snapshot, RdbOptions options) {
        this.snapshot = snapshot;
        this.options = options;
        strings = new StringEncoder(options.isCompressed());
        hashes = new HashEncoder(output, strings);
        streams = new StreamEncoder(strings);
        groups = new StreamGroupEncoder(strings);
        putHeader();
    }

    private void putHeader() {
        buffer.putBytes(RdbFormat.MAGIC, 0, RdbFormat.MAGIC.length);
        buffer.putBytes(versionDigits(version), 0, 4);
        putAux("redis-ver", REDIS_VERSION);
        putAux("redis-bits", "64");
        putAux("ctime", Long.toString(System.currentTimeMillis() / 1000));
        Runtime runtime = Runtime.getRuntime();
        putAux("used-mem", Long.toString(runtime.totalMemory() - runtime.freeMemory()));
        putAux("aof-base", options.isAofBase() ? "1" : "0");
        putAux(RdbFormat.AUX_LSN, Long.toString(snapshot.lsn()));
        if (!options.persistence().isEmpty()) {
            putAux(RdbFormat.AUX_PERSISTENCE, options.persistence());
        }
    }

    private static byte[] versionDigits(int version) {
        return new byte[] {'0', '0', (byte) ('0' + version / 10), (byte) ('0' + version % 10)};
    }

    private void putAux(String name, String value) {
        buffer.putByte(RdbFormat.OPCODE_AUX);
        putString(name.getBytes(ISO_8859_1));
        putString(value.getBytes(ISO_8859_1));
    }

    private void putString(byte[] string) {
        strings.put(string, 0, string.length, buffer);
    }

    /** Returns the number of bytes encoded so far, written out or not. */
    public long position() {
        return output.position();
    }

    /** Returns how many bytes {@link #drainTo} would write. */
    public int pendingBytes() {
        return output.pendingBytes();
    }

    public long keyCount() {
        return keyCount;
    }

    /** Writes the pending bytes to a channel, which holds nothing but this file. */
    public void drainTo(SeekableByteChannel channel) throws IOException {
        output.drainTo(channel);
    }

    /** Completes the file after the snapshot has been shown whole. The file is not durable yet. */
    public void finish(SeekableByteChannel channel) throws IOException {
        buffer.putByte(RdbFormat.OPCODE_EOF);
        if (version != RdbFormat.VERSION) {
            output.replace(RdbFormat.VERSION_OFFSET, versionDigits(RdbFormat.VERSION), versionDigits(version));
        }
        output.finish(channel, options.hasChecksum());
    }

    @Override
    public void key(int keyDatabase, byte[] newKey, long deadlineMillis) {
        key = newKey;
        isAtLibraries = keyDatabase == LibraryEffects.DATABASE;
        if (isAtLibraries) {
            return;
        }
        if (keyDatabase != database) {
            putDatabase(keyDatabase);
        }
        if (deadlineMillis != NO_DEADLINE) {
            buffer.putByte(RdbFormat.OPCODE_EXPIRETIME_MS);
            buffer.putLittleEndian(deadlineMillis);
        }
        keyCount++;
    }

    private void putDatabase(int newDatabase) {
        database = newDatabase;
        buffer.putByte(RdbFormat.OPCODE_SELECTDB);
        buffer.putLength(newDatabase);
        buffer.putByte(RdbFormat.OPCODE_RESIZEDB);
        buffer.putLength(snapshot.keyCount(newDatabase));
        buffer.putLength(snapshot.deadlineCount(newDatabase));
    }

    @Override
    public void begin(ValueType newType, int newElementCount) {
        type = newType;
        elementCount = newElementCount;
        elementsLeft = newElementCount;
        if (isAtLibraries) {
            return;
        }
        switch (newType) {
            case STRING -> putKey(RdbFormat.TYPE_STRING);
            case LIST -> putKeyAndCount(RdbFormat.TYPE_LIST);
            case SET -> putKeyAndCount(RdbFormat.TYPE_SET);
            case ZSET -> putKeyAndCount(RdbFormat.TYPE_ZSET_2);
            case HASH -> hashes.begin(key, elementCount);
            case STREAM -> beginStream();
        }
    }

    private void putKey(int typeByte) {
        buffer.putByte(typeByte);
        putString(key);
    }

    private void putKeyAndCount(int typeByte) {
        putKey(typeByte);
        buffer.putLength(elementCount);
    }

    private void beginStream() {
        putKey(RdbFormat.TYPE_STREAM_LISTPACKS_2);
        nodeCountStart = output.position();
        buffer.putLongLength(0);
        streams.begin();
        groups.begin();
    }

    @Override
    public void string(byte[] value) {
        elementsLeft--;
        putString(value);
    }

    @Override
    public void listElement(byte[] element) {
        elementsLeft--;
        putString(element);
    }

    @Override
    public void setMember(byte[] member) {
        elementsLeft--;
        putString(member);
    }

    @Override
    public void hashField(byte[] field, byte[] value, long deadlineMillis) {
        elementsLeft--;
        if (isAtLibraries) {
            LibraryPayload.put(value, strings, buffer);
            return;
        }
        hashes.put(field, value, deadlineMillis);
    }

    @Override
    public void zsetMember(byte[] member, double score) {
        elementsLeft--;
        putString(member);
        buffer.putLittleEndian(Double.doubleToRawLongBits(score));
    }

    @Override
    public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues) {
        if (elementsLeft == elementCount) {
            firstMillis = idMillis;
            firstSequence = idSequence;
        }
        elementsLeft--;
        streams.add(idMillis, idSequence, fieldsAndValues, buffer);
    }

    @Override
    public void streamState(StreamState state) {
        putCount(nodeCountStart, streams.end(buffer));
        buffer.putLength(elementCount);
        buffer.putLength(state.lastMillis());
        buffer.putLength(state.lastSequence());
        buffer.putLength(elementCount == 0 ? 0 : firstMillis);
        buffer.putLength(elementCount == 0 ? 0 : firstSequence);
        buffer.putLength(state.maxDeletedMillis());
        buffer.putLength(state.maxDeletedSequence());
        buffer.putLength(state.entriesAdded());
        groupCountStart = output.position();
        buffer.putLongLength(0);
    }

    /** Puts a number right that was not known at its place. */
    private void putCount(long start, int count) {
        byte[] bytes = {COUNT_PLACE[0], (byte) (count >>> 24), (byte) (count >>> 16), (byte) (count >>> 8), (byte) count
        };
        output.replace(start, COUNT_PLACE, bytes);
    }

    @Override
    public void streamGroup(byte[] group, long lastMillis, long lastSequence, long entriesRead) {
        groups.group(group, lastMillis, lastSequence, entriesRead, buffer);
    }

    @Override
    public void streamConsumer(byte[] consumer, long seenMillis) {
        groups.consumer(consumer, seenMillis);
    }

    @Override
    public void streamPending(long idMillis, long idSequence, long deliveredMillis, long deliveryCount) {
        groups.pending(idMillis, idSequence, deliveredMillis, deliveryCount);
    }

    @Override
    public void end() {
        if (elementsLeft != 0) {
            throw new PersistenceException("key " + Shown.key(key) + " of database " + database + " was said to have "
                    + elementCount + " elements and showed " + (elementCount - elementsLeft)
                    + ": the snapshot cannot be saved");
        }
        if (type == ValueType.STREAM) {
            endStream();
        }
        if (type == ValueType.HASH && !isAtLibraries && hashes.end()) {
            version = RdbFormat.VERSION_WITH_FIELD_DEADLINES;
        }
    }

    private void endStream() {
        int groupCount = groups.end(buffer);
        if (groupCount > 0) {
            putCount(groupCountStart, groupCount);
        }
    }
}
