package io.nvmredis.nvm.sim;

import java.util.SplittableRandom;

/**
 * Kills the process of a simulation in the middle of what it does, and starts it again. The disk goes on with all that the
 * processor sees, durable or not. One thread.
 */
public final class Killer {
    private static final int NEVER = -1;

    private final SplittableRandom random;
    private final int maxDelay;
    /** Persists, each seen before and after, until a kill. */
    private int killIn = NEVER;

    private boolean killed;

    /**
     * One that has nothing announced.
     *
     * @param maxDelay how many persists an announced kill comes later at the most, each counted before and after
     */
    public Killer(SplittableRandom random, int maxDelay) {
        this.random = random;
        this.maxDelay = maxDelay;
    }

    /** Announces a kill. */
    public void announce() {
        killIn = random.nextInt(maxDelay);
    }

    /** Takes back what was announced. */
    public void calmDown() {
        killIn = NEVER;
    }

    /** Whether a kill is announced that has not come yet. */
    boolean isAnnounced() {
        return killIn >= 0;
    }

    /** Counts one persist, and says whether the announced kill comes with it. */
    public boolean isDue() {
        return killIn >= 0 && killIn-- == 0;
    }

    /** Kills the process: this throws, and whatever still touches the disk fails. */
    public void kill(SimulatedDisk disk) {
        killed = true;
        disk.kill();
        throw new IllegalStateException("killed");
    }

    /** Whether the process has been killed and not been started again. */
    boolean isKilled() {
        return killed;
    }

    /** Does something, and says whether the process was killed in the middle of it. */
    public boolean isKilledIn(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            if (!killed) {
                throw e;
            }
        }
        return killed;
    }

    /** Lets the next process have the disk. */
    public void revive(SimulatedDisk disk) {
        killed = false;
        disk.revive();
    }

    /** Starts the process again on the same disk; it may be killed while it starts, and is started once more then. */
    public void restart(SimulatedDisk disk, Runnable start) {
        do {
            revive(disk);
            calmDown();
            if (random.nextInt(3) == 0) {
                announce();
            }
        } while (isKilledIn(start));
    }
}
