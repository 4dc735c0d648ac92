package io.nvmredis.nvm.log;

/** Waiting for our own threads. */
final class ThreadJoins {

    private ThreadJoins() {}

    /** Waits until a thread has ended, whatever interrupts come; they are passed on. */
    static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
