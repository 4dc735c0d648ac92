package io.nvmredis.nvm.sim;

import static io.nvmredis.nvm.sim.TableWorkload.bytes;

import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.GroupChange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Plain model of a stream with consumer groups, and random changes of one. All ids end in 7. */
final class GroupedStream {
    private static final String[] GROUPS = {"g", "h"};
    private static final String[] CONSUMERS = {"a", "b", "c"};

    private final TreeMap<Long, String> entries = new TreeMap<>();
    private final TreeMap<String, Group> groups = new TreeMap<>();
    private long lastId;
    private long added;
    private long maxDeleted;

    private static final class Group {
        private final TreeMap<String, Reader> readers = new TreeMap<>();
        private long lastId;
        private long read;

        Reader reader(String name, long seen) {
            Reader reader = readers.computeIfAbsent(name, n -> new Reader());
            reader.seen = Math.max(reader.seen, seen);
            return reader;
        }

        void remove(long id) {
            readers.values().forEach(reader -> reader.pending.remove(id));
        }
    }

    private static final class Reader {
        private final TreeMap<Long, String> pending = new TreeMap<>();
        private long seen;
    }

    private static String id(long number) {
        return number == 0 ? "0-0" : number + "-7";
    }

    /** Draws a change of a stream, or of none yet, if it is null; it can be done again to an equal stream. */
    static Consumer<GroupedStream> draw(
            GroupedStream stream, SplittableRandom random, Effects effects, byte[] key, long lsn, String text) {
        int dice = stream == null ? 0 : random.nextInt(12);
        if (dice < 3) {
            effects.begin(Effect.XADD, 4)
                    .argument(key)
                    .streamId(lsn, 7)
                    .argument(bytes("f"))
                    .argument(bytes(text));
            return s -> s.add(lsn, text);
        }
        if (dice == 3 && !stream.entries.isEmpty()) {
            long deleted = random.nextBoolean() ? stream.entries.firstKey() : stream.entries.lastKey();
            effects.begin(Effect.XDEL, 2).argument(key).streamId(deleted, 7);
            return s -> s.delete(deleted);
        }
        if (dice == 4) {
            long left = random.nextInt(8);
            effects.begin(Effect.XTRIM, 3)
                    .argument(key)
                    .argument(bytes("MAXLEN"))
                    .argument(left);
            return s -> s.trim(left);
        }
        return drawOfGroup(stream, random, effects, key, lsn, dice);
    }

    private static Consumer<GroupedStream> drawOfGroup(
            GroupedStream stream, SplittableRandom random, Effects effects, byte[] key, long lsn, int dice) {
        String name = GROUPS[random.nextInt(GROUPS.length)];
        String consumer = CONSUMERS[random.nextInt(CONSUMERS.length)];
        byte[] group = bytes(name);
        boolean isThere = stream.groups.containsKey(name);
        if (!isThere || dice == 5) {
            GroupChange change = isThere && random.nextBoolean() ? GroupChange.SETID : GroupChange.CREATE;
            effects.begin(Effect.XGROUP, 6)
                    .argument(key)
                    .groupChange(change, group)
                    .groupState(lsn, 7, lsn % 5 - 1);
            return s -> s.set(name, change == GroupChange.CREATE, lsn, lsn % 5 - 1);
        }
        return switch (random.nextInt(20)) {
            case 0 -> {
                effects.begin(Effect.XGROUP, 3).argument(key).groupChange(GroupChange.DESTROY, group);
                yield s -> s.groups.remove(name);
            }
            case 1, 2 -> {
                effects.begin(Effect.XGROUP, 4)
                        .argument(key)
                        .groupChange(GroupChange.DELCONSUMER, group)
                        .argument(bytes(consumer));
                yield s -> s.groups.get(name).readers.remove(consumer);
            }
            case 3, 4, 5 -> {
                effects.begin(Effect.XGROUP, 5)
                        .argument(key)
                        .groupChange(GroupChange.CREATECONSUMER, group)
                        .argument(bytes(consumer))
                        .argument(lsn);
                yield s -> s.groups.get(name).reader(consumer, lsn);
            }
            case 6, 7, 8, 9 -> {
                List<Long> ids = ids(stream, random);
                effects.begin(Effect.XACK, 2 + ids.size()).argument(key).argument(group);
                ids.forEach(id -> effects.streamId(id, 7));
                yield s -> ids.forEach(s.groups.get(name)::remove);
            }
            default -> {
                List<Long> ids = ids(stream, random);
                long count = 1L + random.nextInt(3);
                effects.begin(Effect.XCLAIM, Effects.CLAIM_START + ids.size() + Effects.CLAIM_END)
                        .argument(key)
                        .claimant(group, bytes(consumer));
                ids.forEach(id -> effects.streamId(id, 7));
                effects.delivered(count, lsn);
                yield s -> s.claim(name, consumer, ids, lsn + " " + count, lsn);
            }
        };
    }

    /** Some ids of entries that are there, and of some that are not. */
    private static List<Long> ids(GroupedStream stream, SplittableRandom random) {
        List<Long> ids = new ArrayList<>(stream.entries.keySet());
        ids.removeIf(id -> random.nextInt(3) > 0);
        ids.add(1L + random.nextInt(20));
        return ids;
    }

    private void add(long id, String text) {
        entries.put(id, text);
        lastId = id;
        added++;
    }

    private void delete(long id) {
        if (entries.remove(id) != null) {
            maxDeleted = Math.max(maxDeleted, id);
        }
    }

    private void trim(long left) {
        while (entries.size() > left) {
            entries.pollFirstEntry();
        }
    }

    private void set(String name, boolean isNew, long id, long read) {
        Group group = isNew ? new Group() : groups.get(name);
        groups.put(name, group);
        group.lastId = id;
        group.read = read;
    }

    private void claim(String name, String consumer, List<Long> ids, String delivery, long seen) {
        Group group = groups.get(name);
        Reader reader = group.reader(consumer, seen);
        for (long id : ids) {
            group.remove(id);
            reader.pending.put(id, delivery);
        }
    }

    /** As {@link ShownTable} shows it. */
    @Override
    public String toString() {
        Map<String, String> shown = new LinkedHashMap<>();
        entries.forEach((id, text) -> shown.put(id(id), "[f, " + text + "]"));
        if (groups.isEmpty()) {
            return shown + " " + id(lastId);
        }
        List<String> list = new ArrayList<>();
        groups.forEach((name, group) -> {
            list.add("group " + name + " " + id(group.lastId) + " " + group.read);
            group.readers.forEach((consumer, reader) -> {
                list.add("consumer " + consumer + " " + reader.seen);
                reader.pending.forEach((id, delivery) -> list.add(id(id) + " " + delivery));
            });
        });
        return shown + " " + id(lastId) + " " + added + " " + id(maxDeleted) + " " + list;
    }
}
