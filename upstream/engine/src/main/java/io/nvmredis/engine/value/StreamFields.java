package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.streams.SequencedMap;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Fields and values of a stream's entry, as they were given: a field may occur more than once, which upstream's map
 * does not allow. Read with {@link #forEach}; fields are never removed.
 */
public final class StreamFields extends SequencedMap<Slice, Slice> {
    /** Fields and values, alternating. */
    private Slice[] words;

    private StreamFields(Slice[] words) {
        this.words = words;
    }

    public static StreamFields of(List<Slice> words) {
        return new StreamFields(words.toArray(new Slice[0]));
    }

    public static StreamFields of(byte[][] words) {
        Slice[] slices = new Slice[words.length];
        for (int i = 0; i < slices.length; i++) {
            slices[i] = Slice.create(words[i]);
        }
        return new StreamFields(slices);
    }

    @Override
    public void append(Slice field, Slice value) {
        words = Arrays.copyOf(words, words.length + 2);
        words[words.length - 2] = field;
        words[words.length - 1] = value;
    }

    @Override
    public int size() {
        return words.length / 2;
    }

    @Override
    public void forEach(BiConsumer<? super Slice, ? super Slice> action) {
        for (int i = 0; i < words.length; i += 2) {
            action.accept(words[i], words[i + 1]);
        }
    }

    @Override
    public @Nullable Slice get(Slice field) {
        for (int i = 0; i < words.length; i += 2) {
            if (words[i].equals(field)) {
                return words[i + 1];
            }
        }
        return null;
    }

    @Override
    public boolean contains(Slice field) {
        return get(field) != null;
    }
}
