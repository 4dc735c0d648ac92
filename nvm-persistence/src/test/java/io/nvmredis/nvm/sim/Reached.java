package io.nvmredis.nvm.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** How often runs have reached what they are for, so that one that reaches nothing is noticed. */
public final class Reached {
    /** What a run can reach. */
    public enum State {
        /** An image that a power cut could leave was opened and compared. */
        IMAGE,
        /** The index grew. */
        GROWTH,
        FOLD,
        MERGE,
        CLEANED_SEGMENT,
        /** A number of a heap segment was used for another one. */
        REUSED_SEGMENT,
        /** It was known where the live records of a segment are. */
        KNOWN_LIVE_RECORDS,
        FLUSHDB,
        /** The table had no room for a change. */
        NO_ROOM,
        /** An image was opened that had a chain of more than five records. */
        IMAGE_WITH_LONG_CHAIN,
        /** An image was opened that had a base in parts. */
        IMAGE_WITH_PARTS,
        IMAGE_WITH_TOMBSTONE,
        IMAGE_WITH_OVERFLOW,
        /** An image was opened whose last splits were not finished. */
        IMAGE_IN_SPLIT,
        /** The same while buckets were being merged. */
        IMAGE_IN_MERGE,
        /** The index shrank. */
        SHRINKING,
        /** Overflow buckets were moved to where there was room below. */
        MOVED_OVERFLOW,
        /** An image was opened that had more of the log than its checkpoint said, some of it applied. */
        IMAGE_IN_BATCH,
        /** An image was opened between a batch and its checkpoint. */
        IMAGE_BEFORE_CHECKPOINT,
        RECYCLED_LOG_SEGMENT,
        BACK_PRESSURE,
        /** Data were refused. */
        REFUSAL,
        SUPERSEDED_EFFECT,
        /** Transactions were found that the checkpoint did not cover. */
        REPLAYED_AT_OPEN,
        /** Data were compared while the table did not have all of them, by its own word. */
        SHOWN_WITH_BACKLOG,
        /** The same when some of the backlog had been applied. */
        SHOWN_IN_BACKLOG,
        /** The same in the middle of a batch of it. */
        SHOWN_IN_BATCH,
        /** Something was appended while the table did not have all that the log had at the opening. */
        APPENDED_BEHIND_BACKLOG,
        /** The server was killed, or lost power, while that was so. */
        KILLED_IN_BACKLOG,
        /** And had been started with a backlog before, without the table having got all of it in between. */
        KILLED_IN_BACKLOG_AGAIN,
        /** A reader of a key with many changes waited for a step of the replay. */
        WAITED_FOR_CHANGES,
        /** Another key was compared while such a one would have had to wait. */
        SERVED_WHILE_OTHERS_WAIT,
        /** The server was killed when the table did not have all of a backlog with such a key. */
        KILLED_IN_LONG_CHAIN,
        /** And had been killed in such a backlog before, without the table having got all of it in between. */
        KILLED_IN_LONG_CHAIN_AGAIN,
        /** A transaction was appended while a commit was under way. */
        APPENDED_IN_COMMIT,
        /** A commit was done while a batch was under way. */
        COMMITTED_IN_BATCH
    }

    private final Map<State, Long> counts = new EnumMap<>(State.class);

    public void add(State state, long count) {
        counts.merge(state, count, Long::sum);
    }

    public void addIf(boolean isReached, State state) {
        add(state, isReached ? 1 : 0);
    }

    public long count(State state) {
        return counts.getOrDefault(state, 0L);
    }

    /** Throws unless each of these was reached so often at least. */
    public void require(Set<State> states, long least) {
        assertThat(states)
                .allSatisfy(state -> assertThat(count(state)).as("%s", state).isGreaterThanOrEqualTo(least));
    }

    @Override
    public String toString() {
        return counts.toString();
    }
}
