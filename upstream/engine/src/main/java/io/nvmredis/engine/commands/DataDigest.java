package io.nvmredis.engine.commands;

import io.nvmredis.engine.bytes.ScoreWords;
import io.nvmredis.engine.bytes.Words;
import io.nvmredis.spi.DataSet;
import io.nvmredis.spi.SnapshotVisitor;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.effects.StreamState;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Hash of one value, or of all keys with their values, as a Redis computes it for DEBUG DIGEST.
 *
 * <p>What has an order is <em>mixed</em> in: the hash becomes the SHA-1 of itself XOR the SHA-1 of the part. What has
 * none is <em>added</em>: the hash becomes itself XOR the SHA-1 of the part. Consumer groups, deadlines of fields and
 * libraries of functions do not count. One thread uses an object.
 */
final class DataDigest implements SnapshotVisitor {
    private static final int LENGTH = 20;
    /** What is added for a key that has a deadline, whatever it is. */
    private static final byte[] EXPIRES = Words.bytes("!!expire!!");

    private final MessageDigest sha1 = sha1();
    private final byte[] all = new byte[LENGTH];
    private final byte[] value = new byte[LENGTH];
    private final byte[] element = new byte[LENGTH];
    private int database = -1;
    private boolean isCounted;
    private long deadlineMillis = NO_DEADLINE;

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-1", e);
        }
    }

    String ofAll() {
        return HexFormat.of().formatHex(all);
    }

    String ofValue() {
        return HexFormat.of().formatHex(value);
    }

    /** Takes the deadline of the value that has been shown, or {@link #NO_DEADLINE}. */
    void expiresAt(long millis) {
        if (millis != NO_DEADLINE) {
            add(value, EXPIRES);
        }
    }

    private void add(byte[] digest, byte[] part) {
        byte[] hash = sha1.digest(part);
        for (int i = 0; i < LENGTH; i++) {
            digest[i] ^= hash[i];
        }
    }

    private void mix(byte[] digest, byte[] part) {
        add(digest, part);
        System.arraycopy(sha1.digest(digest), 0, digest, 0, LENGTH);
    }

    private static byte[] number(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }

    @Override
    public void key(int keyDatabase, byte[] key, long keyDeadlineMillis) {
        isCounted = keyDatabase < DataSet.DATABASE_COUNT;
        if (isCounted && keyDatabase != database) {
            database = keyDatabase;
            mix(all, number(database));
        }
        deadlineMillis = keyDeadlineMillis;
        Arrays.fill(value, (byte) 0);
        mix(value, key);
    }

    @Override
    public void end() {
        if (isCounted) {
            expiresAt(deadlineMillis);
            add(all, value);
        }
    }

    @Override
    public void begin(ValueType type, int elementCount) {
        mix(value, number(numberOf(type)));
    }

    private static int numberOf(ValueType type) {
        return switch (type) {
            case STRING -> 0;
            case LIST -> 1;
            case SET -> 2;
            case ZSET -> 3;
            case HASH -> 4;
            case STREAM -> 6;
        };
    }

    @Override
    public void string(byte[] bytes) {
        mix(value, bytes);
    }

    @Override
    public void listElement(byte[] listElement) {
        mix(value, listElement);
    }

    @Override
    public void setMember(byte[] member) {
        add(value, member);
    }

    @Override
    public void hashField(byte[] field, byte[] fieldValue, long fieldDeadlineMillis) {
        addPair(field, fieldValue);
    }

    @Override
    public void zsetMember(byte[] member, double score) {
        addPair(member, Words.bytes(ScoreWords.of(score)));
    }

    private void addPair(byte[] first, byte[] second) {
        Arrays.fill(element, (byte) 0);
        mix(element, first);
        mix(element, second);
        add(value, element);
    }

    @Override
    public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues) {
        mix(value, Words.bytes(Long.toUnsignedString(idMillis) + '.' + Long.toUnsignedString(idSequence)));
        for (byte[] part : fieldsAndValues) {
            mix(value, part);
        }
    }

    @Override
    public void streamState(StreamState state) {
        // Redis hashes the entries alone.
    }

    @Override
    public void streamGroup(byte[] group, long lastMillis, long lastSequence, long entriesRead) {
        // As above.
    }

    @Override
    public void streamConsumer(byte[] consumer, long seenMillis) {
        // As above.
    }

    @Override
    public void streamPending(long idMillis, long idSequence, long deliveredMillis, long deliveryCount) {
        // As above.
    }
}
