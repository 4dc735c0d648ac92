package io.nvmredis.engine.replication;

import java.util.Locale;

/**
 * State of a replica, as INFO and ROLE show it.
 *
 * @param phase how far it is with its copy of the data set
 * @param position position in the stream before which it has everything, as it said last
 * @param silentSeconds how long ago it said that
 */
public record ReplicaState(ReplicaAddress address, Phase phase, long position, long silentSeconds) {

    /** What a replica waits for. */
    public enum Phase {
        /** Its copy is being made. */
        WAIT_BGSAVE,
        /** Its copy is being sent. */
        SEND_BULK,
        /** Nothing: it follows the stream. */
        ONLINE;

        /** Returns the name that Redis has for it. */
        public String shown() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public boolean isOnline() {
        return phase == Phase.ONLINE;
    }
}
