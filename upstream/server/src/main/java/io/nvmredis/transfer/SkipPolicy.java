package io.nvmredis.transfer;

/** What becomes of what there is no place for here: it ends the import, or is left out and counted. One thread. */
final class SkipPolicy {
    private final boolean isSkipping;
    private final Tally tally;

    SkipPolicy(boolean isSkipping, Tally tally) {
        this.isSkipping = isSkipping;
        this.tally = tally;
    }

    boolean isSkipping() {
        return isSkipping;
    }

    /**
     * Something cannot be taken.
     *
     * @param kind what it is counted under
     * @param problem a sentence that names it and its key
     * @throws TransferException unless it may be left out
     */
    void refuse(String kind, String problem) {
        if (!isSkipping) {
            throw new TransferException(problem + "; --import-skip-unsupported leaves such things out");
        }
        tally.skip(kind);
    }
}
