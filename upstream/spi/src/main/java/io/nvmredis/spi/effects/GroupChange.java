package io.nvmredis.spi.effects;

import io.nvmredis.spi.errors.PersistenceException;
import java.nio.charset.StandardCharsets;

/** Changes of a consumer group: the second words of an {@link Effect#XGROUP}. */
public enum GroupChange {
    /** {@code CREATE group last-id ENTRIESREAD count}; a group of this name is replaced. */
    CREATE,
    /** {@code SETID group last-id ENTRIESREAD count}. */
    SETID,
    /** {@code DESTROY group}. */
    DESTROY,
    /** {@code CREATECONSUMER group consumer [seen-milliseconds]}; a consumer that is there only gets the time. */
    CREATECONSUMER,
    /** {@code DELCONSUMER group consumer}: what was pending for it is not pending any more. */
    DELCONSUMER;

    /** Position of the word among the arguments of the effect. */
    public static final int POSITION = 1;

    private static final GroupChange[] VALUES = values();

    // The array never leaves this package and is never written.
    @SuppressWarnings("ImmutableEnumChecker")
    private final byte[] word = name().getBytes(StandardCharsets.US_ASCII);

    byte[] word() {
        return word;
    }

    /**
     * Returns which change an XGROUP that has been read makes.
     *
     * @throws PersistenceException if there is no such change
     */
    public static GroupChange of(EffectReader reader) {
        String name = reader.text(POSITION);
        for (GroupChange change : VALUES) {
            if (change.name().equals(name)) {
                return change;
            }
        }
        throw new PersistenceException("XGROUP " + name + " is no effect; was it written by a newer version?");
    }
}
