package io.nvmredis.transfer;

/** Treatment of data that have no place here: they end the import, or are left out and counted. One thread. */
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
     * Refuses data that cannot be taken, or counts them as left out.
     *
     * @param kind name under which they are counted
     * @param problem sentence that names them and their key
     * @throws TransferException unless they may be left out
     */
    void refuse(String kind, String problem) {
        if (!isSkipping) {
            throw new TransferException(problem + "; --import-skip-unsupported leaves such things out");
        }
        tally.skip(kind);
    }
}
