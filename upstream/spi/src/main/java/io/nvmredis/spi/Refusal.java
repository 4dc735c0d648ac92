package io.nvmredis.spi;

/**
 * Reason why a persister takes no transaction now.
 *
 * @param kind kind, from which a server makes the code of its reply
 * @param message what is wrong, for the user, without an error code in front
 */
public record Refusal(Kind kind, String message) {

    /** Kind of a refusal. */
    public enum Kind {
        /** No room for more data; commands that cannot make the data larger are still taken. */
        OUT_OF_SPACE,
        /** The log cannot be written, because it has failed or has no room for another record. */
        LOG_FAILED,
        /** The data set could not be saved as a whole, and must not run further ahead of the last save. */
        SAVE_FAILED,
        /** Another failure, which the message describes in full. */
        FAILED;

        /** Returns whether this is a failure and not only a lack of room. */
        public boolean isFailure() {
            return this != OUT_OF_SPACE;
        }
    }
}
