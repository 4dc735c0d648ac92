package io.nvmredis.stock.aof;

/** Waiting for the end of a thread. */
final class Threads {

    private Threads() {}

    /** Returns when the thread has ended, interrupted or not: it uses what is closed next. */
    static void join(Thread thread) {
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
