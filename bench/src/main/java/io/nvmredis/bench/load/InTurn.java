package io.nvmredis.bench.load;

/** One key after another, from the first again after the last. */
final class InTurn implements KeyChoice {
    private final long count;
    private long next;

    InTurn(long count, long first) {
        this.count = count;
        this.next = first;
    }

    @Override
    public long next() {
        return next++ % count;
    }
}
