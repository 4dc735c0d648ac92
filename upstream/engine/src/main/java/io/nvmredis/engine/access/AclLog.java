package io.nvmredis.engine.access;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * The last attempts that were refused, the newest first. An attempt like one of the last ten within a minute adds to
 * its count. Of what clients have sent a bounded part is kept, of a bounded number of attempts. Any thread.
 */
public final class AclLog {
    /** Attempts that are kept unless {@code acllog-max-len} says otherwise. */
    public static final long USUAL_LENGTH = 128;

    private static final long GROUPING_MILLIS = 60_000;
    private static final int COMPARED = 10;
    /** Longest name of a key, channel or user that is kept. */
    private static final int MAX_NAME_LENGTH = 1 << 10;

    /** Entries, the newest first. Guarded by this. */
    private final Deque<Entry> entries = new ArrayDeque<>();
    /** Guarded by this. */
    private long maxLength = USUAL_LENGTH;

    /** Where a command that was refused came from. */
    public enum Origin {
        TOPLEVEL,
        MULTI,
        LUA
    }

    /**
     * Attempts of one kind.
     *
     * @param reason in Redis's words
     * @param object command, key or channel, with one character per byte
     * @param user with one character per byte
     * @param millis when it happened last
     * @param client line that describes the client that has tried it last
     */
    public record Entry(
            long count, String reason, Origin origin, String object, String user, long millis, String client) {

        boolean isLike(Entry other) {
            return reason.equals(other.reason)
                    && origin == other.origin
                    && Math.abs(millis - other.millis) <= GROUPING_MILLIS
                    && object.equals(other.object)
                    && user.equals(other.user);
        }

        Entry again(Entry newer) {
            return new Entry(count + 1, reason, origin, object, user, newer.millis, newer.client);
        }
    }

    /** Notes that a password was wrong. */
    public void wrongPassword(String command, String user, Origin origin, long millis, String client) {
        add("auth", origin, command, user, millis, client);
    }

    /** Notes that a user may not run a command. */
    public void denied(Denial denial, List<byte[]> words, String user, Origin origin, long millis, String client) {
        String reason = switch (denial.reason()) {
            case COMMAND -> "command";
            case KEY -> "key";
            case CHANNEL -> "channel";
        };
        add(reason, origin, denial.object(words), user, millis, client);
    }

    private synchronized void add(
            String reason, Origin origin, String object, String user, long millis, String client) {
        Entry added = new Entry(1, reason, origin, cut(object), cut(user), millis, client);
        Iterator<Entry> newest = entries.iterator();
        for (int i = 0; i < COMPARED && newest.hasNext(); i++) {
            Entry entry = newest.next();
            if (entry.isLike(added)) {
                newest.remove();
                entries.addFirst(entry.again(added));
                return;
            }
        }
        entries.addFirst(added);
        shorten();
    }

    private static String cut(String name) {
        return name.length() <= MAX_NAME_LENGTH ? name : name.substring(0, MAX_NAME_LENGTH);
    }

    private void shorten() {
        while (entries.size() > maxLength) {
            entries.removeLast();
        }
    }

    /** Sets how many entries are kept. As in Redis, what is too much goes when the next attempt is refused. */
    public synchronized void limit(long newLength) {
        maxLength = newLength;
    }

    /** Returns the newest entries, no more than so many. */
    public synchronized List<Entry> newest(long count) {
        List<Entry> newest = new ArrayList<>();
        for (Entry entry : entries) {
            if (newest.size() >= count) {
                break;
            }
            newest.add(entry);
        }
        return newest;
    }

    public synchronized void clear() {
        entries.clear();
    }
}
