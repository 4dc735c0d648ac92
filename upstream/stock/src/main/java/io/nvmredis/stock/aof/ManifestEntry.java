package io.nvmredis.stock.aof;

/**
 * One file of the set, as a line of the manifest names it.
 *
 * @param fileName without a path
 * @param sequence counts up separately for base files and for incremental ones
 */
record ManifestEntry(String fileName, long sequence, Kind kind) {

    /** What a file is for. */
    enum Kind {
        /** The data set at one moment. */
        BASE('b'),
        /** Not part of the data any more, and to be deleted. */
        HISTORY('h'),
        /** What has happened since. */
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
