package io.nvmredis.network;

import java.util.concurrent.Callable;
import java.util.function.LongSupplier;

/** A condition: a number above zero has not changed at several looks in a row. */
final class Steady implements Callable<Boolean> {
    private static final int LOOKS = 5;

    private final LongSupplier number;
    private long last;
    private int unchanged;

    Steady(LongSupplier number) {
        this.number = number;
    }

    @Override
    public Boolean call() {
        long now = number.getAsLong();
        unchanged = now > 0 && now == last ? unchanged + 1 : 0;
        last = now;
        return unchanged >= LOOKS;
    }
}
