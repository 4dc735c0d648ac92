package io.nvmredis.engine.script;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Consumer;

/**
 * Bounds the memory that a script keeps.
 *
 * <p>What a script holds at any time is at most what it held at some earlier time and what its threads have allocated
 * since, and the JVM counts the latter. Only when that sum goes over the budget is it found out what the script really
 * holds: whatever can be reached from its frames is added up ({@link LiveSize}). More than the budget is an error; if it
 * is less, the script goes on from there, and the next such pass comes when half the budget has been allocated again, so
 * that the passes of a script that makes much garbage cost a bounded share of its time. A script therefore holds less
 * than one and a half budgets, and a pass takes at most as much again for a moment.
 *
 * <p>The sum is looked at every thousand instructions, and before anything large is taken at once: each function of ours
 * that makes strings or tables, and the concatenation of strings, says beforehand how much it is going to take. Between
 * two looks only tables grow, each to at most twice its size.
 */
final class MemoryBudget {
    /** Less than this at once is seen soon enough at the next look. */
    private static final int SMALL_BYTES = 4096;
    /** What an instruction allocates at most on average, where the JVM does not count. */
    private static final int INSTRUCTION_BYTES = 48;

    private static final boolean CAN_COUNT = ManagementFactory.getThreadMXBean() instanceof ThreadMXBean bean
            && bean.isThreadAllocatedMemorySupported()
            && bean.isThreadAllocatedMemoryEnabled();

    private final long budgetBytes;
    private final Consumer<LiveSize> roots;
    private long liveBytes;
    /** What the running thread had allocated when it was last asked. */
    private long countedBytes;
    /** What has been allocated since {@link #liveBytes} was known. */
    private long sinceBytes;
    /** In buffers of functions that are running, where the roots do not show them. */
    private long heldBytes;

    private long passAtBytes;

    MemoryBudget(long budgetBytes, Consumer<LiveSize> roots) {
        this.budgetBytes = budgetBytes;
        this.roots = roots;
        passAtBytes = budgetBytes;
    }

    /** The calling thread runs the script from now on. */
    void enterThread() {
        countedBytes = allocatedBytes();
    }

    /** Another thread is going to. */
    void leaveThread() {
        count();
    }

    /** The regular look, after so many instructions. */
    void look(int instructions) {
        if (!CAN_COUNT) {
            sinceBytes += (long) INSTRUCTION_BYTES * instructions;
        }
        require(0);
    }

    /** Before so much is taken. */
    void take(long bytes) {
        if (bytes >= SMALL_BYTES) {
            require(bytes);
            if (!CAN_COUNT) {
                sinceBytes += bytes;
            }
        }
    }

    /** So much is in buffers that only a running function knows; negative when they are let go of. */
    void hold(long bytes) {
        heldBytes += bytes;
    }

    private void require(long bytes) {
        count();
        if (bytes > budgetBytes || liveBytes + sinceBytes + bytes > passAtBytes) {
            pass(bytes);
        }
    }

    private void pass(long bytes) {
        if (bytes <= budgetBytes) {
            LiveSize size = new LiveSize();
            roots.accept(size);
            liveBytes = size.total() + heldBytes;
            sinceBytes = 0;
            countedBytes = allocatedBytes();
            passAtBytes = Math.max(budgetBytes, liveBytes + budgetBytes / 2);
        }
        if (liveBytes + bytes > budgetBytes || bytes > budgetBytes) {
            throw ScriptRun.current().failure("not enough memory");
        }
    }

    private void count() {
        long now = allocatedBytes();
        sinceBytes += now - countedBytes;
        countedBytes = now;
    }

    private static long allocatedBytes() {
        return CAN_COUNT ? Counter.BEAN.getCurrentThreadAllocatedBytes() : 0;
    }

    /** Loaded only where there is one. */
    private static final class Counter {
        private static final ThreadMXBean BEAN = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    }
}
