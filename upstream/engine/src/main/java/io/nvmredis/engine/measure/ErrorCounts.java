package io.nvmredis.engine.measure;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/**
 * Counts of error replies by their code, the first word. Scripts may make any codes: no more than {@link #MAX_CODES} are
 * told apart. Any thread may use it.
 */
public final class ErrorCounts {
    static final int MAX_CODES = 128;

    private static final int MAX_CODE_LENGTH = 64;

    private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();
    private final AtomicLong all = new AtomicLong();

    /** Counts an error, whose text may begin with the dash of a reply. */
    void add(byte[] error) {
        all.incrementAndGet();
        int begin = error.length > 0 && error[0] == '-' ? 1 : 0;
        int end = begin;
        while (end < error.length && error[end] > ' ') {
            end++;
        }
        if (end - begin > MAX_CODE_LENGTH) {
            return;
        }
        String code = new String(error, begin, end - begin, StandardCharsets.ISO_8859_1);
        AtomicLong count = counts.get(code);
        if (count == null && counts.size() < MAX_CODES) {
            count = counts.computeIfAbsent(code, any -> new AtomicLong());
        }
        if (count != null) {
            count.incrementAndGet();
        }
    }

    /** Returns the number of all errors. */
    public long all() {
        return all.get();
    }

    /** Passes on each code and its count, in the order of the codes. */
    public void forEach(BiConsumer<String, Long> action) {
        new TreeMap<>(counts).forEach((code, count) -> action.accept(code, count.get()));
    }

    void reset() {
        counts.clear();
        all.set(0);
    }
}
