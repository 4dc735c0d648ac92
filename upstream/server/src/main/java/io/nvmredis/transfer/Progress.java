package io.nvmredis.transfer;

/** Shows the user how far a transfer has come. One thread. */
public interface Progress {
    /** How many bytes there will be is not known. */
    long UNKNOWN = -1;

    /** For those who do not want to know. */
    Progress NONE = new Progress() {
        @Override
        public void begin(String task, long totalBytes, long totalKeys) {}

        @Override
        public void reached(long bytes, long keys) {}

        @Override
        public void say(String line) {}

        @Override
        public void end() {}
    };

    /**
     * A part of the transfer begins; the one before has ended.
     *
     * @param task what is done, a word or two
     * @param totalBytes that there will be, or {@link #UNKNOWN}
     * @param totalKeys likewise
     */
    void begin(String task, long totalBytes, long totalKeys);

    /** So many bytes and keys of the part are done. Cheap: may be called for each key. */
    void reached(long bytes, long keys);

    /** Something that the user should know at once. */
    void say(String line);

    /** The part is over, well or not; may be called more than once. */
    void end();
}
