package io.nvmredis.stock.aof;

/**
 * File of the set, as a line of the manifest names it.
 *
 * @param fileName name without a path
 * @param sequence number that counts up separately for base files and for incremental ones
 */
record ManifestEntry(String fileName, long sequence, Kind kind) {

    /** Purpose of a file. */
    enum Kind {
        /** Data set at one moment. */
        BASE('b'),
        /** File that is no longer part of the data, and is to be deleted. */
        HISTORY('h'),
        /** Transactions since the base or the incremental file before. */
        INCREMENTAL('i');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }

        char letter() {
            return letter;
        }
    }

    ManifestEntry asHistory() {
        return new ManifestEntry(fileName, sequence, Kind.HISTORY);
    }
}
