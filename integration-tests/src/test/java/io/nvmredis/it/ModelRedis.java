package io.nvmredis.it;

import io.nvmredis.it.kit.RespClient.RespError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What Redis would hold and reply, for the commands that the tests write with.
 *
 * <p>Values are a {@code String}, a {@code List}, a {@code TreeSet}, a {@code TreeMap} (hashes, and sorted sets by member)
 * or a {@link Stream}, so that two data sets are compared with {@code equals}. Scores are whole numbers, and deadlines are
 * far ahead: nothing expires. A key keeps the type that it has first.
 */
public final class ModelRedis {
    /** The entries, each with its id and its words. */
    public record Stream(List<Object> entries) {}

    private interface Step {
        Object run(String... words);
    }

    private final Map<String, Object> contents = new TreeMap<>();
    private final Map<String, Long> deadlines = new TreeMap<>();
    private final Map<String, Step> steps = new HashMap<>();

    public ModelRedis() {
        addKeys();
        addStrings();
        addCollections();
        addStreams();
    }

    private void addKeys() {
        steps.put("DEL", words -> remove(words[1]) == null ? 0L : 1L);
        steps.put("UNLINK", steps.get("DEL"));
        steps.put("RENAME", words -> rename(words[1], words[2]));
        steps.put("COPY", words -> copy(words[1], words[2]));
        steps.put("PEXPIREAT", words -> expire(words[1], Long.parseLong(words[2])));
        steps.put("PERSIST", words -> deadlines.remove(words[1]) == null ? 0L : 1L);
        steps.put("FLUSHDB", words -> flush());
    }

    private void addStrings() {
        steps.put("SET", this::set);
        steps.put("MSET", this::setAll);
        steps.put("APPEND", words -> overwrite(words[1], text(words[1]).length(), words[2]));
        steps.put("SETRANGE", words -> overwrite(words[1], Integer.parseInt(words[2]), words[3]));
        steps.put("SETBIT", words -> setBit(words[1], Integer.parseInt(words[2]), words[3].equals("1")));
        steps.put("GETDEL", words -> remove(words[1]));
        steps.put("INCR", words -> increment(words[1], 1));
        steps.put("INCRBY", words -> increment(words[1], Long.parseLong(words[2])));
    }

    private void addCollections() {
        steps.put("LPUSH", words -> push(words, true));
        steps.put("RPUSH", words -> push(words, false));
        steps.put("LPOP", words -> pop(words[1], true));
        steps.put("RPOP", words -> pop(words[1], false));
        steps.put("LTRIM", words -> trim(words[1], Integer.parseInt(words[3])));
        steps.put("LREM", words -> removeAll(words[1], words[3]));
        steps.put("LMOVE", this::move);
        steps.put("HSET", this::putFields);
        steps.put("HDEL", words -> removeField(words[1], words[2]));
        steps.put("HINCRBY", words -> incrementField(words[1], words[2], words[3]));
        steps.put("SADD", this::add);
        steps.put("SREM", words -> removeMember(words[1], words[2]));
        steps.put("SMOVE", words -> moveMember(words[1], words[2], words[3]));
        // No two elements that a test adds share a register: then the content is a set.
        steps.put("PFADD", words -> add(words).equals(0L) ? 0L : 1L);
        steps.put("ZADD", words -> map(words[1]).put(words[3], words[2]) == null ? 1L : 0L);
        steps.put("ZINCRBY", words -> Long.toString(incrementField(words[1], words[3], words[2])));
        steps.put("ZREM", words -> removeField(words[1], words[2]));
        steps.put("ZPOPMIN", words -> popLowest(words[1]));
    }

    private void addStreams() {
        steps.put("XADD", this::append);
        steps.put("XDEL", words -> removeEntry(words[1], words[2]));
        steps.put("XTRIM", words -> trimStream(words[1], Integer.parseInt(words[3])));
    }

    public Map<String, Object> contents() {
        return contents;
    }

    /** By key, in milliseconds since 1970; of keys that have none there is nothing. */
    public Map<String, Long> deadlines() {
        return deadlines;
    }

    /** Applies a command and returns the reply that Redis gives to it. */
    public Object execute(String... command) {
        Step step = steps.get(command[0]);
        if (step == null) {
            throw new IllegalArgumentException(command[0]);
        }
        return step.run(command);
    }

    private Object remove(String key) {
        deadlines.remove(key);
        return contents.remove(key);
    }

    private Object rename(String from, String to) {
        if (!contents.containsKey(from)) {
            return new RespError("ERR no such key");
        }
        if (!from.equals(to)) {
            copy(from, to);
            remove(from);
        }
        return "OK";
    }

    private long copy(String from, String to) {
        Object value = contents.get(from);
        if (value == null) {
            return 0;
        }
        Long deadline = deadlines.get(from);
        remove(to);
        contents.put(to, copyOf(value));
        if (deadline != null) {
            deadlines.put(to, deadline);
        }
        return 1;
    }

    @SuppressWarnings("unchecked")
    private static Object copyOf(Object value) {
        if (value instanceof List<?> list) {
            return new ArrayList<>((List<String>) list);
        }
        if (value instanceof TreeSet<?> set) {
            return new TreeSet<>((TreeSet<String>) set);
        }
        return value instanceof TreeMap<?, ?> map ? new TreeMap<>((TreeMap<String, String>) map) : value;
    }

    private long expire(String key, long deadline) {
        if (!contents.containsKey(key)) {
            return 0;
        }
        deadlines.put(key, deadline);
        return 1;
    }

    private Object flush() {
        contents.clear();
        deadlines.clear();
        return "OK";
    }

    private String text(String key) {
        return (String) contents.getOrDefault(key, "");
    }

    /** {@code SET key value} and {@code SET key value PXAT deadline}. */
    private Object set(String... words) {
        remove(words[1]);
        contents.put(words[1], words[2]);
        if (words.length > 3) {
            deadlines.put(words[1], Long.parseLong(words[4]));
        }
        return "OK";
    }

    private Object setAll(String... words) {
        for (int i = 1; i < words.length; i += 2) {
            set("SET", words[i], words[i + 1]);
        }
        return "OK";
    }

    private Object overwrite(String key, int offset, String part) {
        StringBuilder text = new StringBuilder(text(key));
        text.setLength(Math.max(text.length(), offset + part.length()));
        text.replace(offset, offset + part.length(), part);
        contents.put(key, text.toString());
        return (long) text.length();
    }

    private Object setBit(String key, int bitOffset, boolean isSet) {
        int offset = bitOffset / 8;
        int mask = 0x80 >> bitOffset % 8;
        String text = text(key);
        int before = offset < text.length() ? text.charAt(offset) : 0;
        overwrite(key, offset, Character.toString((char) (isSet ? before | mask : before & ~mask)));
        return (before & mask) == 0 ? 0L : 1L;
    }

    private Object increment(String key, long amount) {
        long value = amount + Long.parseLong((String) contents.getOrDefault(key, "0"));
        contents.put(key, Long.toString(value));
        return value;
    }

    private Object push(String[] words, boolean isLeft) {
        List<String> list = list(words[1]);
        for (String element : Arrays.asList(words).subList(2, words.length)) {
            list.add(isLeft ? 0 : list.size(), element);
        }
        return (long) list.size();
    }

    private String pop(String key, boolean isLeft) {
        if (!contents.containsKey(key)) {
            return null;
        }
        List<String> list = list(key);
        String element = list.remove(isLeft ? 0 : list.size() - 1);
        removeIfEmpty(key, list.isEmpty());
        return element;
    }

    private Object trim(String key, int stop) {
        if (contents.containsKey(key)) {
            List<String> list = list(key);
            list.subList(Math.min(list.size(), stop + 1), list.size()).clear();
        }
        return "OK";
    }

    private Object removeAll(String key, String element) {
        if (!contents.containsKey(key)) {
            return 0L;
        }
        List<String> list = list(key);
        int before = list.size();
        list.removeAll(List.of(element));
        removeIfEmpty(key, list.isEmpty());
        return (long) (before - list.size());
    }

    /** {@code LMOVE source destination LEFT|RIGHT LEFT|RIGHT}. */
    private Object move(String... words) {
        Long deadline = deadlines.get(words[1]);
        String element = pop(words[1], words[3].equals("LEFT"));
        if (element != null) {
            if (words[1].equals(words[2]) && deadline != null) {
                // It goes round in one list, which does not cease to be there.
                deadlines.put(words[1], deadline);
            }
            push(new String[] {"PUSH", words[2], element}, words[4].equals("LEFT"));
        }
        return element;
    }

    private Object putFields(String... words) {
        Map<String, String> map = map(words[1]);
        long added = 0;
        for (int i = 2; i < words.length; i += 2) {
            added += map.put(words[i], words[i + 1]) == null ? 1 : 0;
        }
        return added;
    }

    private Object removeField(String key, String field) {
        if (!contents.containsKey(key)) {
            return 0L;
        }
        boolean removed = map(key).remove(field) != null;
        removeIfEmpty(key, map(key).isEmpty());
        return removed ? 1L : 0L;
    }

    private long incrementField(String key, String field, String amount) {
        long value = Long.parseLong(map(key).getOrDefault(field, "0")) + Long.parseLong(amount);
        map(key).put(field, Long.toString(value));
        return value;
    }

    private Object popLowest(String key) {
        if (!contents.containsKey(key)) {
            return List.of();
        }
        Map<String, String> scores = map(key);
        // The first in order of members, of those that have the lowest score.
        String member = Collections.min(
                scores.keySet(),
                (one, other) -> Long.compare(Long.parseLong(scores.get(one)), Long.parseLong(scores.get(other))));
        String score = scores.remove(member);
        removeIfEmpty(key, scores.isEmpty());
        return List.of(member, score);
    }

    private Object add(String... words) {
        Set<String> set = set(words[1]);
        int before = set.size();
        set.addAll(Arrays.asList(words).subList(2, words.length));
        return (long) (set.size() - before);
    }

    private Object removeMember(String key, String member) {
        if (!contents.containsKey(key)) {
            return 0L;
        }
        boolean removed = set(key).remove(member);
        removeIfEmpty(key, set(key).isEmpty());
        return removed ? 1L : 0L;
    }

    private Object moveMember(String from, String to, String member) {
        if (removeMember(from, member).equals(0L)) {
            return 0L;
        }
        set(to).add(member);
        return 1L;
    }

    /** {@code XADD key id field value} and {@code XADD key MAXLEN count id field value}. */
    private Object append(String... words) {
        int at = words[2].equals("MAXLEN") ? 4 : 2;
        List<Object> entries = new ArrayList<>(stream(words[1]).entries());
        entries.add(List.of(words[at], Arrays.asList(words).subList(at + 1, words.length)));
        contents.put(words[1], new Stream(entries));
        if (at > 2) {
            trimStream(words[1], Integer.parseInt(words[3]));
        }
        return words[at];
    }

    private Object removeEntry(String key, String id) {
        return change(
                key,
                entries -> entries.removeIf(entry -> ((List<?>) entry).get(0).equals(id)));
    }

    private Object trimStream(String key, int count) {
        return change(
                key,
                entries ->
                        entries.subList(0, Math.max(0, entries.size() - count)).clear());
    }

    /** Returns how many entries have gone. A stream without any is still there. */
    private Object change(String key, Consumer<List<Object>> change) {
        if (!contents.containsKey(key)) {
            return 0L;
        }
        Stream stream = stream(key);
        List<Object> entries = new ArrayList<>(stream.entries());
        change.accept(entries);
        contents.put(key, new Stream(entries));
        return (long) (stream.entries().size() - entries.size());
    }

    private void removeIfEmpty(String key, boolean isEmpty) {
        if (isEmpty) {
            remove(key);
        }
    }

    private Stream stream(String key) {
        return (Stream) contents.getOrDefault(key, new Stream(List.of()));
    }

    @SuppressWarnings("unchecked")
    private List<String> list(String key) {
        return (List<String>) contents.computeIfAbsent(key, absent -> new ArrayList<String>());
    }

    @SuppressWarnings("unchecked")
    private Map<String, String> map(String key) {
        return (Map<String, String>) contents.computeIfAbsent(key, absent -> new TreeMap<String, String>());
    }

    @SuppressWarnings("unchecked")
    private Set<String> set(String key) {
        return (Set<String>) contents.computeIfAbsent(key, absent -> new TreeSet<String>());
    }
}
