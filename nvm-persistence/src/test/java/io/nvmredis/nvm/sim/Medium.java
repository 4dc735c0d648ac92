package io.nvmredis.nvm.sim;

/** What a flush writes back, and when it is durable. */
public enum Medium {
    /** Cache lines, durable with the next drain: persistent memory. */
    LINES,
    /**
     * Pages, as they are at the moment of the next drain and durable when it returns, as msync(2) does it; and any page at
     * any time, since the kernel writes back as well. A persist is slow, so others go on while one is under way.
     */
    PAGES;

    /** That of a run with this seed. */
    public static Medium of(long seed) {
        return Math.floorMod(seed, 5) < 2 ? PAGES : LINES;
    }
}
