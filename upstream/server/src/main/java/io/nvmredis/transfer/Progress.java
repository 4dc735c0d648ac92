package io.nvmredis.transfer;

/** Shows the user how far a transfer has come. One thread. */
public interface Progress {
    /** Total of a part whose size is not known. */
    long UNKNOWN = -1;

    /** Progress that shows nothing. */
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
     * Begins a part of the transfer after the one before has ended.
     *
     * @param task name of the part, a word or two
     * @param totalBytes number of bytes that there will be, or {@link #UNKNOWN}
     * @param totalKeys number of keys that there will be, or {@link #UNKNOWN}
     */
    void begin(String task, long totalBytes, long totalKeys);

    /** Tells how many bytes and keys of the part are done. The call is cheap and may be made for each key. */
    void reached(long bytes, long keys);

    /** Shows the user a line at once. */
    void say(String line);

    /** Ends the part, whether it went well or not; may be called more than once. */
    void end();
}
