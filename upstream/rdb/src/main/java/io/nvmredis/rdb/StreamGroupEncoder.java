package io.nvmredis.rdb;

/**
 * Collects the consumer groups of a stream, and writes each when it is whole: a group has all that is pending before its
 * consumers, which have the ids alone.
 *
 * <pre>
 *   name | last id | entries read | pending count | id, time, deliveries … | consumer count | consumer …
 *   consumer: name | time seen | pending count | id …
 * </pre>
 *
 * <p>One group is in memory at a time. One thread.
 */
final class StreamGroupEncoder {
    private final StringEncoder strings;
    private final RdbBuffer pending = new RdbBuffer();
    private final RdbBuffer consumers = new RdbBuffer();
    private final RdbBuffer ids = new RdbBuffer();
    private int groupCount;
    private int pendingCount;
    private int consumerCount;
    private int consumerPendingCount;
    private boolean isOpen;

    StreamGroupEncoder(StringEncoder strings) {
        this.strings = strings;
    }

    void begin() {
        groupCount = 0;
    }

    /** Appends the group before, if there is one, and the beginning of this one. */
    void group(byte[] name, long lastMillis, long lastSequence, long entriesRead, RdbBuffer target) {
        end(target);
        isOpen = true;
        groupCount++;
        strings.put(name, 0, name.length, target);
        target.putLength(lastMillis);
        target.putLength(lastSequence);
        target.putLength(entriesRead);
    }

    void consumer(byte[] name, long seenMillis) {
        endConsumer();
        consumerCount++;
        strings.put(name, 0, name.length, consumers);
        consumers.putLittleEndian(seenMillis);
    }

    void pending(long idMillis, long idSequence, long deliveredMillis, long deliveryCount) {
        pendingCount++;
        consumerPendingCount++;
        pending.putBigEndian(idMillis);
        pending.putBigEndian(idSequence);
        pending.putLittleEndian(deliveredMillis);
        pending.putLength(deliveryCount);
        ids.putBigEndian(idMillis);
        ids.putBigEndian(idSequence);
    }

    private void endConsumer() {
        if (consumerCount > 0) {
            consumers.putLength(consumerPendingCount);
            move(ids, consumers);
            consumerPendingCount = 0;
        }
    }

    /** Appends the last group, and returns how many groups the stream has. */
    int end(RdbBuffer target) {
        if (isOpen) {
            isOpen = false;
            endConsumer();
            target.putLength(pendingCount);
            move(pending, target);
            target.putLength(consumerCount);
            move(consumers, target);
            pendingCount = 0;
            consumerCount = 0;
        }
        return groupCount;
    }

    private static void move(RdbBuffer from, RdbBuffer to) {
        to.putBytes(from.bytes(), 0, from.length());
        from.removeFirst(from.length());
    }
}
