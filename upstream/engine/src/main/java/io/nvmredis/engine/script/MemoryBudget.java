package io.nvmredis.engine.script;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Consumer;

/**
 * Bounds the memory that a script keeps.
 *
 * <p>A script holds at any time at most what it held at some earlier time plus what its threads have allocated since,
 * which the JVM counts. Only when that sum exceeds the budget does a pass find out what the script really holds: {@link
 * LiveSize} adds up all that can be reached from its frames. If that is more than the budget, the script gets an error.
 * If it is less, the script goes on, and the next pass comes when at least half the budget has been allocated again, so
 * that the passes of a script that makes much garbage cost a bounded share of its time. A script therefore holds less
 * than one and a half budgets, and a pass takes at most as much again for a moment.
 *
 * <p>The sum is looked at every thousand instructions, and before a large allocation: each function of this package
 * that makes strings or tables, and the concatenation of strings, says beforehand how much it will take. Between two
 * looks only tables grow, each to at most twice its size.
 */
final class MemoryBudget {
    /** Size of an allocation that is looked at beforehand; the next regular look sees a smaller one soon enough. */
    private static final int SMALL_BYTES = 4096;
    /** Number of bytes allocated per instruction, at most on average; used where the JVM does not count. */
    private static final int INSTRUCTION_BYTES = 48;

    private static final boolean CAN_COUNT = ManagementFactory.getThreadMXBean() instanceof ThreadMXBean bean
            && bean.isThreadAllocatedMemorySupported()
            && bean.isThreadAllocatedMemoryEnabled();

    private final long budgetBytes;
    private final Consumer<LiveSize> roots;
    private long liveBytes;
    /** Number of bytes that the running thread had allocated when it was last asked. */
    private long countedBytes;
    /** Number of bytes allocated since {@link #liveBytes} was known. */
    private long sinceBytes;
    /** Number of bytes in buffers of running functions, which the roots do not show. */
    private long heldBytes;

    private long passAtBytes;

    /**
     * Makes a budget.
     *
     * @param keptBytes number of bytes, at most, that earlier runs have left and that the roots show
     */
    MemoryBudget(long budgetBytes, long keptBytes, Consumer<LiveSize> roots) {
        this.budgetBytes = budgetBytes;
        this.roots = roots;
        liveBytes = keptBytes;
        passAtBytes = budgetBytes;
    }

    /** Begins to count for the calling thread, which runs the script from now on. */
    void enterThread() {
        countedBytes = allocatedBytes();
    }

    /** Counts up for the calling thread before another one runs the script. */
    void leaveThread() {
        count();
    }

    /** Returns the number of bytes, at most, that the run leaves. */
    long keptBytes() {
        return liveBytes + sinceBytes;
    }

    /** Takes the regular look, after so many instructions. */
    void look(int instructions) {
        if (!CAN_COUNT) {
            sinceBytes += (long) INSTRUCTION_BYTES * instructions;
        }
        require(0);
    }

    /** Asks for so many bytes before they are allocated. */
    void take(long bytes) {
        if (bytes >= SMALL_BYTES) {
            require(bytes);
            if (!CAN_COUNT) {
                sinceBytes += bytes;
            }
        }
    }

    /** Adds bytes in buffers that only a running function knows; a negative number when the buffers are let go of. */
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

    /** Holder of the bean, loaded only where there is one. */
    private static final class Counter {
        private static final ThreadMXBean BEAN = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    }
}
