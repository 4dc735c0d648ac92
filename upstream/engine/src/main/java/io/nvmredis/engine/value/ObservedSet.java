package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.RMSet;
import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Set that records each member added or removed. The members keep the order in which they came, so that SPOP is O(1).
 */
public final class ObservedSet extends RMSet implements Observed {
    private final Members members;

    public ObservedSet() {
        this(new Members(new LinkedHashSet<>()));
    }

    static ObservedSet of(Set<Slice> content) {
        return new ObservedSet(new Members(new LinkedHashSet<>(content)));
    }

    private ObservedSet(Members members) {
        super(members);
        this.members = members;
    }

    @Override
    public @Nullable Entry owner() {
        return members.owner;
    }

    @Override
    public void attach(@Nullable Entry owner) {
        members.owner = owner;
    }

    @Override
    public boolean isEmptyCollection() {
        return members.isEmpty();
    }

    @Override
    public long contentBytes() {
        return members.bytes;
    }

    @Override
    public Observed copy() {
        return of(members);
    }

    private static final class Members extends AbstractSet<Slice> {
        private final Set<Slice> content;
        private @Nullable Entry owner;
        private long bytes;

        Members(Set<Slice> content) {
            this.content = content;
            content.forEach(member -> bytes += bytesOf(member));
        }

        private static long bytesOf(Slice member) {
            return Weights.HASH_NODE_BYTES + Weights.of(member);
        }

        @Override
        public int size() {
            return content.size();
        }

        @Override
        public boolean contains(Object member) {
            return content.contains(member);
        }

        @Override
        public boolean add(Slice member) {
            beforeChange();
            boolean wasEmpty = content.isEmpty();
            if (!content.add(member)) {
                return false;
            }
            bytes += bytesOf(member);
            if (wasEmpty && owner != null && owner.recordsChanges()) {
                owner.sink.markFresh(owner);
            } else {
                record(Effect.SADD, member);
            }
            return true;
        }

        @Override
        public boolean remove(Object member) {
            beforeChange();
            if (!content.remove(member)) {
                return false;
            }
            bytes -= bytesOf((Slice) member);
            record(Effect.SREM, (Slice) member);
            return true;
        }

        @Override
        public Iterator<Slice> iterator() {
            return new MemberIterator(content.iterator());
        }

        private void beforeChange() {
            if (owner != null) {
                owner.beforeChange();
            }
        }

        private void record(Effect kind, Slice member) {
            if (owner == null || !owner.recordsChanges()) {
                return;
            }
            ChangeSink sink = owner.sink;
            Effects effect = sink.effect(owner, kind, 2);
            if (effect != null) {
                effect.argument(RawBytes.of(member));
            }
            if (content.isEmpty()) {
                sink.markEmptied(owner);
            }
        }

        private final class MemberIterator implements Iterator<Slice> {
            private final Iterator<Slice> delegate;
            private @Nullable Slice current;

            MemberIterator(Iterator<Slice> delegate) {
                this.delegate = delegate;
            }

            @Override
            public boolean hasNext() {
                return delegate.hasNext();
            }

            @Override
            public Slice next() {
                current = delegate.next();
                return current;
            }

            @Override
            public void remove() {
                beforeChange();
                delegate.remove();
                if (current != null) {
                    bytes -= bytesOf(current);
                    record(Effect.SREM, current);
                    current = null;
                }
            }
        }
    }
}
