package io.nvmredis.spi.support;

/** Waits for threads that use what their owner closes next. */
public final class ThreadJoins {

    private ThreadJoins() {}

    /**
     * Returns when a thread has ended, even if the caller is interrupted; the interrupt is then set again. Must not be
     * called by that thread.
     */
    public static void join(Thread thread) {
        boolean isInterrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
