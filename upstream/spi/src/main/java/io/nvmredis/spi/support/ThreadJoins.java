package io.nvmredis.spi.support;

/** Waits for threads of one's own, which use what is closed next. */
public final class ThreadJoins {

    private ThreadJoins() {}

    /** Returns when a thread has ended, whatever interrupts come; they are passed on. Any thread but that one. */
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
