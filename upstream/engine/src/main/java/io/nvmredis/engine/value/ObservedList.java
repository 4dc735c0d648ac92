package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.RMList;
import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * List that records its changes. A change at an end, or of one element in place, is one small effect. A change in the
 * middle, which no Redis command describes by position, is a new image.
 */
public final class ObservedList extends RMList implements Observed {
    private final Elements elements;

    public ObservedList() {
        this(new Elements());
    }

    public static ObservedList of(List<Slice> content) {
        Elements elements = new Elements();
        elements.addAllUnrecorded(content);
        return new ObservedList(elements);
    }

    private ObservedList(Elements elements) {
        super(elements);
        this.elements = elements;
    }

    @Override
    public @Nullable Entry owner() {
        return elements.owner;
    }

    @Override
    public void attach(@Nullable Entry owner) {
        elements.owner = owner;
    }

    @Override
    public boolean isEmptyCollection() {
        return elements.isEmpty();
    }

    @Override
    public long contentBytes() {
        return elements.contentBytes();
    }

    @Override
    public Observed copy() {
        return of(elements);
    }

    private static final class Elements extends SliceDeque {
        private @Nullable Entry owner;

        void addAllUnrecorded(List<Slice> content) {
            for (int i = 0; i < content.size(); i++) {
                super.add(i, content.get(i));
            }
        }

        @Override
        public boolean add(Slice element) {
            add(size(), element);
            return true;
        }

        @Override
        public void add(int index, Slice element) {
            beforeChange();
            Entry entry = recordingOwner();
            if (entry != null) {
                recordAdd(entry, index, element);
            }
            super.add(index, element);
        }

        private void recordAdd(Entry entry, int index, Slice element) {
            if (index == size() && index > 0) {
                record(entry, Effect.RPUSH, element);
            } else if (index == 0 && !isEmpty()) {
                record(entry, Effect.LPUSH, element);
            } else {
                entry.sink.markFresh(entry);
            }
        }

        @Override
        public Slice set(int index, Slice element) {
            beforeChange();
            Entry entry = recordingOwner();
            if (entry != null) {
                Effects effect = entry.sink.effect(entry, Effect.LSET, 3);
                if (effect != null) {
                    effect.argument((long) index).argument(RawBytes.of(element));
                }
            }
            return super.set(index, element);
        }

        @Override
        public Slice remove(int index) {
            beforeChange();
            Slice removed = super.remove(index);
            Entry entry = recordingOwner();
            if (entry != null) {
                if (index == 0) {
                    entry.sink.effect(entry, Effect.LPOP, 1);
                } else if (index == size()) {
                    entry.sink.effect(entry, Effect.RPOP, 1);
                } else {
                    entry.sink.markFresh(entry);
                }
                emptied(entry);
            }
            return removed;
        }

        @Override
        protected void removeRange(int from, int to) {
            if (from == to) {
                return;
            }
            beforeChange();
            Entry entry = recordingOwner();
            if (entry != null) {
                recordRemoveRange(entry, from, to);
            }
            super.removeRange(from, to);
            if (entry != null) {
                emptied(entry);
            }
        }

        @Override
        public boolean removeIf(Predicate<? super Slice> filter) {
            beforeChange();
            boolean isChanged = super.removeIf(filter);
            Entry entry = recordingOwner();
            if (isChanged && entry != null) {
                entry.sink.markFresh(entry);
                emptied(entry);
            }
            return isChanged;
        }

        private void recordRemoveRange(Entry entry, int from, int to) {
            if (from == 0) {
                recordTrim(entry, to, -1);
            } else if (to == size()) {
                recordTrim(entry, 0, from - 1);
            } else {
                entry.sink.markFresh(entry);
            }
        }

        private void recordTrim(Entry entry, int start, int stop) {
            Effects effect = entry.sink.effect(entry, Effect.LTRIM, 3);
            if (effect != null) {
                effect.argument((long) start).argument((long) stop);
            }
        }

        private static void record(Entry entry, Effect kind, Slice element) {
            Effects effect = entry.sink.effect(entry, kind, 2);
            if (effect != null) {
                effect.argument(RawBytes.of(element));
            }
        }

        private void beforeChange() {
            if (owner != null) {
                owner.beforeChange();
            }
        }

        private void emptied(Entry entry) {
            if (isEmpty()) {
                entry.sink.markEmptied(entry);
            }
        }

        private @Nullable Entry recordingOwner() {
            return owner != null && owner.recordsChanges() ? owner : null;
        }
    }
}
