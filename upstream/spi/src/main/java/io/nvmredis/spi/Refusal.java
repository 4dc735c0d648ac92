package io.nvmredis.spi;

/**
 * Why a persister takes no transaction now.
 *
 * @param kind what a server makes of it
 * @param message what is wrong, for the user, without a code of an error in front
 */
public record Refusal(Kind kind, String message) {

    /** What is short or has failed. */
    public enum Kind {
        /** There is no room for more data; what cannot make the data larger is still taken. */
        OUT_OF_SPACE,
        /** The log cannot be written: it has failed, or has no room for another record. */
        LOG_FAILED,
        /** The data set could not be saved as a whole, and is not to run further ahead of what has been saved. */
        SAVE_FAILED,
        /** Something else has failed. The message says all of it. */
        FAILED;

        /** Whether something has failed, and is not only full. */
        public boolean isFailure() {
            return this != OUT_OF_SPACE;
        }
    }
}
