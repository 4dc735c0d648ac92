package io.nvmredis.nvm.recovery;

import java.util.List;

/**
 * Decision where the expected record is not found. The same decision table is in FORMAT.md; a test compares the two.
 */
public enum TailDecision {
    /** Continues in the next segment, which begins with the expected record: this one was full. */
    CONTINUE_IN_NEXT,
    /** Ends the log here: there is nothing behind it. */
    END,
    /** Ends the log here, and clears the bytes behind it, which were never durable. */
    CUT,
    /** Refuses the log: the expected record was durable, and has been lost. */
    REFUSE_DAMAGE;

    /** State of the bytes from here on. */
    public enum Rest {
        /** The next segment begins with the expected record. */
        CONTINUES,
        /** The next segment does not; from here on there are only zeroes, and no transaction is half read. */
        EMPTY,
        /** The next segment does not; from here on there are other bytes, or a transaction is half read. */
        LEFTOVERS
    }

    /** Claim of a frontier, a later record or the checkpoint about the expected record. */
    public enum Claim {
        NOT_CLAIMED_DURABLE,
        CLAIMED_DURABLE
    }

    /** Row of the decision table. */
    private record Rule(Rest rest, Claim claim, TailDecision decision) {}

    private static final List<Rule> TABLE = List.of(
            new Rule(Rest.CONTINUES, Claim.NOT_CLAIMED_DURABLE, CONTINUE_IN_NEXT),
            new Rule(Rest.CONTINUES, Claim.CLAIMED_DURABLE, CONTINUE_IN_NEXT),
            new Rule(Rest.EMPTY, Claim.NOT_CLAIMED_DURABLE, END),
            new Rule(Rest.EMPTY, Claim.CLAIMED_DURABLE, REFUSE_DAMAGE),
            new Rule(Rest.LEFTOVERS, Claim.NOT_CLAIMED_DURABLE, CUT),
            new Rule(Rest.LEFTOVERS, Claim.CLAIMED_DURABLE, REFUSE_DAMAGE));

    /** Returns the decision for these states. */
    public static TailDecision of(Rest rest, Claim claim) {
        return TABLE.stream()
                .filter(rule -> rule.rest() == rest && rule.claim() == claim)
                .findFirst()
                .orElseThrow()
                .decision();
    }
}
