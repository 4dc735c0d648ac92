package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.streams.StreamId;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import java.util.ArrayList;
import java.util.List;

/**
 * Deliveries of entries to one consumer at one time. Those that follow one another and have the same number of
 * deliveries are recorded as one effect, the last of them when the deliveries {@link #end}. Guarded by the engine's
 * lock.
 */
public final class Deliveries {
    /** Most ids of an effect. */
    private static final int MOST_IDS = 1024;

    private final ObservedStream stream;
    private final StreamGroup group;
    private final StreamConsumer consumer;
    private final long deliveredMillis;
    private final List<StreamId> unrecorded = new ArrayList<>();
    private long deliveryCount;

    Deliveries(ObservedStream stream, StreamGroup group, StreamConsumer consumer, long deliveredMillis) {
        this.stream = stream;
        this.group = group;
        this.consumer = consumer;
        this.deliveredMillis = deliveredMillis;
    }

    /** Makes an entry pending for the consumer, whoever had it before, with this number of deliveries. */
    public void add(StreamId id, long newDeliveryCount) {
        if (unrecorded.size() == MOST_IDS || newDeliveryCount != deliveryCount) {
            end();
            deliveryCount = newDeliveryCount;
        }
        if (unrecorded.isEmpty()) {
            stream.beforeChange();
        }
        unrecorded.add(id);
        stream.groups().setPending(group, consumer, id, deliveredMillis, newDeliveryCount);
    }

    /** Records what has not been recorded. */
    public void end() {
        if (unrecorded.isEmpty()) {
            return;
        }
        int count = Effects.CLAIM_START + unrecorded.size() + Effects.CLAIM_END;
        Effects effect = stream.effect(Effect.XCLAIM, count);
        if (effect != null) {
            effect.claimant(RawBytes.of(group.name()), RawBytes.of(consumer.name()));
            unrecorded.forEach(id -> effect.streamId(id.getFirstPart(), id.getSecondPart()));
            effect.delivered(deliveryCount, deliveredMillis);
        }
        unrecorded.clear();
    }
}
