package io.nvmredis.engine.core;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.bytes.RawBytes;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Walks through the elements of collections in the order of their hashes, a few at a time, and remembers orders.
 *
 * <p>A cursor is a place among the hashes, so it means the same however the collection changes: an element that is
 * present from the beginning of a scan to its end has one place, and the scan passes it once. A remembered order holds
 * all elements that were present when it was made. A scan that begins makes a new order, so that no scan uses an order
 * that is older than the scan. An order that was forgotten is made again later, which serves a scan as well.
 *
 * <p>Guarded by the engine's lock.
 */
public final class ElementScans {
    /** Number of elements up to which a collection is shown at once, as Redis shows a packed collection. */
    static final int SMALL = 128;

    private static final int REMEMBERED = 8;
    /** Number of bits of a hash that a cursor holds. */
    private static final int PLACE_BITS = 48;

    private static final int ELEMENTS_IN_BUCKET = 8;

    private final @Nullable Order[] orders = new Order[REMEMBERED];
    private int nextToForget;

    /** Elements of a collection in buckets by the first bits of their places; without order within a bucket. */
    private static final class Order {
        private final WeakReference<RMDataStructure> owner;
        private final int bits;
        private final int[] starts;
        private final Slice[] elements;

        Order(RMDataStructure owner, Collection<Slice> content) {
            this.owner = new WeakReference<>(owner);
            bits = Integer.SIZE - Integer.numberOfLeadingZeros(content.size() / ELEMENTS_IN_BUCKET);
            starts = new int[(1 << bits) + 1];
            elements = new Slice[content.size()];
            int[] buckets = new int[content.size()];
            int at = 0;
            for (Slice element : content) {
                buckets[at] = bucketOf(placeOf(element));
                starts[buckets[at] + 1]++;
                at++;
            }
            for (int i = 1; i < starts.length; i++) {
                starts[i] += starts[i - 1];
            }
            int[] ends = starts.clone();
            at = 0;
            for (Slice element : content) {
                elements[ends[buckets[at]]++] = element;
                at++;
            }
        }

        int bucketOf(long place) {
            return (int) (place >>> (PLACE_BITS - bits));
        }

        long startOf(int bucket) {
            return bucket == 1 << bits ? 0 : (long) bucket << (PLACE_BITS - bits);
        }
    }

    /**
     * Shows the elements from a place on, a few at a time; elements that have gone meanwhile may be among them.
     *
     * @param content all elements of the collection, each once
     * @param wanted the least number of elements to show, if there are that many
     * @return the cursor at which to go on; 0 at the end
     */
    public long scan(
            RMDataStructure collection, Collection<Slice> content, long cursor, int wanted, Consumer<Slice> action) {
        if (cursor >>> PLACE_BITS != 0) {
            return 0;
        }
        if (cursor == 0 && content.size() <= Math.max(SMALL, wanted)) {
            // A copy is walked through, because showing an element may find it expired and remove it.
            new ArrayList<>(content).forEach(action);
            return 0;
        }
        Order order = cursor == 0 ? null : remembered(collection);
        if (order == null) {
            order = new Order(collection, content);
            remember(collection, order);
        }
        int shown = 0;
        int bucket = order.bucketOf(cursor);
        while (bucket < 1 << order.bits && shown < wanted) {
            for (int i = order.starts[bucket]; i < order.starts[bucket + 1]; i++) {
                if (placeOf(order.elements[i]) >= cursor) {
                    action.accept(order.elements[i]);
                    shown++;
                }
            }
            bucket++;
        }
        return order.startOf(bucket);
    }

    private @Nullable Order remembered(RMDataStructure collection) {
        for (Order order : orders) {
            if (order != null && order.owner.refersTo(collection)) {
                return order;
            }
        }
        return null;
    }

    private void remember(RMDataStructure collection, Order made) {
        for (int i = 0; i < orders.length; i++) {
            Order order = orders[i];
            if (order != null && order.owner.refersTo(collection)) {
                orders[i] = made;
                return;
            }
        }
        orders[nextToForget] = made;
        nextToForget = (nextToForget + 1) % orders.length;
    }

    /** Returns an element's place, the same in every run of the server: a scan may go on after a restart. */
    static long placeOf(Slice element) {
        long hash = 0xcbf29ce484222325L;
        for (byte letter : RawBytes.of(element)) {
            hash = (hash ^ (letter & 0xff)) * 0x100000001b3L;
        }
        // The finisher of MurmurHash3, because the high bits of FNV alone hardly depend on the last bytes.
        hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
        return (hash ^ hash >>> 33) >>> (Long.SIZE - PLACE_BITS);
    }
}
