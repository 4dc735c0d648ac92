package io.nvmredis.nvm.sim;

import io.nvmredis.nvm.pmem.PersistSite;

/**
 * A persist that is left out, to prove that the simulation notices.
 *
 * @param site where, or null for none
 * @param step which half of it
 */
public record Omission(PersistSite site, Step step) {
    public static final Omission NONE = new Omission(null, Step.FLUSH);

    /** The halves of a persist. */
    public enum Step {
        /** The flush, or the sync of a file or directory. */
        FLUSH,
        DRAIN
    }

    boolean covers(PersistSite other, Step otherStep) {
        return site == other && step == otherStep;
    }
}
