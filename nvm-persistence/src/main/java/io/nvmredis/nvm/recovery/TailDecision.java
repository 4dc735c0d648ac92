package io.nvmredis.nvm.recovery;

import java.util.List;

/**
 * What is done where the next record should stand and does not. The same table stands in FORMAT.md; a test holds them
 * together.
 */
public enum TailDecision {
    /** The segment was full: the next one begins with the record expected. */
    CONTINUE_IN_NEXT,
    /** The log ends here, and nothing stands behind it. */
    END,
    /** The log ends here; what stands behind it was never durable and is cleared. */
    CUT,
    /** The record expected was durable, and is not there any more. */
    REFUSE_DAMAGE;

    /** What speaks for a continuation or an end. */
    public enum Rest {
        /** The first record of the next segment is the one expected. */
        CONTINUES,
        /** It is not, and from here on there are zeroes only, and no transaction is half read. */
        EMPTY,
        /** It is not, and there are other bytes from here on, or half a transaction before. */
        LEFTOVERS
    }

    /** What the log says of the record expected: a frontier or a later record may claim that it was durable. */
    public enum Claim {
        NOT_CLAIMED_DURABLE,
        CLAIMED_DURABLE
    }

    /** One line of the table. */
    private record Rule(Rest rest, Claim claim, TailDecision decision) {}

    private static final List<Rule> TABLE = List.of(
            new Rule(Rest.CONTINUES, Claim.NOT_CLAIMED_DURABLE, CONTINUE_IN_NEXT),
            new Rule(Rest.CONTINUES, Claim.CLAIMED_DURABLE, CONTINUE_IN_NEXT),
            new Rule(Rest.EMPTY, Claim.NOT_CLAIMED_DURABLE, END),
            new Rule(Rest.EMPTY, Claim.CLAIMED_DURABLE, REFUSE_DAMAGE),
            new Rule(Rest.LEFTOVERS, Claim.NOT_CLAIMED_DURABLE, CUT),
            new Rule(Rest.LEFTOVERS, Claim.CLAIMED_DURABLE, REFUSE_DAMAGE));

    /** The table. */
    public static TailDecision of(Rest rest, Claim claim) {
        return TABLE.stream()
                .filter(rule -> rule.rest() == rest && rule.claim() == claim)
                .findFirst()
                .orElseThrow()
                .decision();
    }
}
