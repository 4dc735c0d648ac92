package io.nvmredis.nvm.sim;

import io.nvmredis.nvm.table.KeyEffects;
import io.nvmredis.nvm.table.Table;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.LibraryEffects;
import io.nvmredis.spi.effects.Transaction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Random changes of every kind, and the plain maps that they make: one change per LSN, all of them kept, so that they
 * can be applied again.
 */
public final class TableWorkload {
    /** Key of the libraries of functions. */
    private static final String LIBRARIES = new String(LibraryEffects.key(), StandardCharsets.ISO_8859_1);

    private static final int DATABASES = 2;
    private static final int LARGE_FACTOR = 10;

    /** What kind of values most changes are of. */
    public enum Profile {
        /** Every kind, small. */
        MIXED,
        /** Few large values that change little by little: long chains, merges. */
        CHAINS,
        /** Large elements, of values that do not fit into one payload. */
        PARTS,
        /** Streams with consumer groups. */
        GROUPS;

        /** That of a run with this seed: so many seeds in a row have each of them. */
        static Profile of(long seed, int seeds) {
            int place = Math.floorMod(seed, seeds);
            return place == 0 ? CHAINS : place == seeds / 2 ? PARTS : place == seeds - 1 ? GROUPS : MIXED;
        }
    }

    private static final int MOST_LARGE_ELEMENTS = 10;

    private final SplittableRandom random;
    private boolean hasLibraries;
    private final Profile profile;
    private final int keyCount;
    private final int largestValue;
    private final Map<String, Value> values = new TreeMap<>();
    private final Map<String, String> shown = new TreeMap<>();
    private final List<Change> changes = new ArrayList<>();
    /** What each change does to the model, by its LSN. */
    private final Map<Long, Runnable> replays = new TreeMap<>();

    /** What one transaction does: effects on one key, or, with no key, a FLUSHDB. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record Change(long lsn, int database, String key, byte[] effects) {
        /** Gives it to a table. */
        public void applyTo(Table table) {
            if (key == null) {
                table.flush(database, lsn);
            } else {
                table.apply(database, bytes(key), new KeyEffects().add(lsn, effects, 0, effects.length));
            }
        }
    }

    private static final class Value {
        private final String type;
        private String string = "";
        private final List<String> list = new ArrayList<>();
        private final TreeSet<String> set = new TreeSet<>();
        private final Map<String, String> hash = new TreeMap<>();
        private final Map<String, String> fieldDeadlines = new TreeMap<>();
        private final Map<String, Double> scores = new TreeMap<>();
        private final Map<String, String> stream = new LinkedHashMap<>();
        private String lastId = "0-0";
        private GroupedStream grouped;
        private long deadline = -1;

        Value(String type) {
            this.type = type;
        }

        boolean isEmpty() {
            return switch (type) {
                case "LIST" -> list.isEmpty();
                case "SET" -> set.isEmpty();
                case "HASH" -> hash.isEmpty();
                case "ZSET" -> scores.isEmpty();
                default -> false;
            };
        }

        @Override
        public String toString() {
            String data = switch (type) {
                case "STRING" -> string;
                case "LIST" -> list.toString();
                case "SET" -> set.toString();
                case "HASH" -> hash + " " + fieldDeadlines;
                case "ZSET" -> scores.toString();
                default -> grouped == null ? stream + " " + lastId : grouped.toString();
            };
            return type + " " + data + " until " + deadline;
        }
    }

    public TableWorkload(SplittableRandom random, Profile profile, int keyCount, int largestValue) {
        this.random = random;
        this.profile = profile;
        this.hasLibraries = profile == Profile.MIXED;
        this.keyCount = keyCount;
        this.largestValue = largestValue;
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What the table must show: per key its value, by {@code database/key}. */
    public Map<String, String> shown() {
        return new TreeMap<>(shown);
    }

    public List<Change> changes() {
        return changes;
    }

    /** Forgets all from an index on, as a crash does. */
    public void cutTo(Map<String, String> state, int changeCount) {
        changes.subList(changeCount, changes.size()).clear();
        List<Change> left = new ArrayList<>(changes);
        values.clear();
        shown.clear();
        left.forEach(this::replay);
        if (!shown.equals(state)) {
            throw new AssertionError("the model does not come to the same state again");
        }
    }

    private void replay(Change change) {
        replays.get(change.lsn()).run();
        show(change);
    }

    private void show(Change change) {
        if (change.key() == null) {
            shown.keySet().removeIf(name -> name.startsWith(change.database() + "/"));
            return;
        }
        String name = change.database() + "/" + change.key();
        Value value = values.get(name);
        if (value == null) {
            shown.remove(name);
        } else {
            shown.put(name, value.toString());
        }
    }

    private String text() {
        int length = random.nextInt(10) == 0 ? random.nextInt(largestValue) : random.nextInt(20);
        // Some have a segment of their own, and of different lengths.
        length *= random.nextInt(20) == 0 ? LARGE_FACTOR : 1;
        char[] chars = new char[length];
        Arrays.fill(chars, (char) ('a' + random.nextInt(26)));
        return new String(chars);
    }

    private String element() {
        return "e" + random.nextInt(6);
    }

    /** Makes no changes of libraries of functions from now on, as earlier builds made none. Returns this. */
    public TableWorkload withoutLibraries() {
        hasLibraries = false;
        return this;
    }

    /** Makes the next change. */
    public Change next() {
        long lsn = changes.size() + 1L;
        if (hasLibraries && random.nextInt(15) == 0) {
            return nextOfLibraries(lsn);
        }
        int database = profile == Profile.MIXED ? random.nextInt(DATABASES) : 0;
        Change change;
        if (random.nextInt(profile == Profile.MIXED ? 150 : 400) == 0) {
            replays.put(lsn, () -> values.keySet().removeIf(name -> name.startsWith(database + "/")));
            change = new Change(lsn, database, null, new byte[0]);
        } else {
            String key = "key" + random.nextInt(keyCount);
            Transaction transaction = new Transaction();
            List<Runnable> model = new ArrayList<>();
            String name = database + "/" + key;
            // The effects depend on what the key holds now; the model is changed as they are drawn.
            for (int i = profile == Profile.MIXED ? 1 + random.nextInt(3) : 1; i > 0; i--) {
                Effects effects = new Effects(transaction);
                Runnable step = switch (profile) {
                    case MIXED -> draw(effects, name, bytes(key), lsn, i);
                    case GROUPS -> drawGrouped(effects, name, bytes(key), lsn);
                    default -> drawLarge(effects, name, bytes(key));
                };
                step.run();
                model.add(step);
            }
            replays.put(lsn, () -> model.forEach(Runnable::run));
            change = new Change(lsn, database, key, Arrays.copyOf(transaction.bytes(), transaction.length()));
        }
        if (change.key() == null) {
            replays.get(lsn).run();
        }
        changes.add(change);
        show(change);
        return change;
    }

    /** Makes a change of the libraries of functions: one is loaded or deleted, or all are. */
    private Change nextOfLibraries(long lsn) {
        String name = LibraryEffects.DATABASE + "/" + LIBRARIES;
        Transaction transaction = new Transaction();
        Effects effects = new Effects(transaction);
        String library = "lib" + random.nextInt(5);
        Runnable step;
        switch (random.nextInt(8)) {
            case 0 -> {
                LibraryEffects.flush(effects);
                step = () -> values.remove(name);
            }
            case 1, 2 -> {
                LibraryEffects.delete(effects, bytes(library));
                step = () -> values.computeIfPresent(name, (n, libraries) -> {
                    libraries.hash.remove(library);
                    return libraries.isEmpty() ? null : libraries;
                });
            }
            default -> {
                String code = text() + lsn;
                LibraryEffects.load(effects, bytes(library), bytes(code));
                step = () -> values.computeIfAbsent(name, n -> new Value("HASH"))
                        .hash
                        .put(library, code);
            }
        }
        step.run();
        replays.put(lsn, step);
        Change change = new Change(
                lsn, LibraryEffects.DATABASE, LIBRARIES, Arrays.copyOf(transaction.bytes(), transaction.length()));
        changes.add(change);
        show(change);
        return change;
    }

    /** Makes a change that takes a key away, if there is one. */
    public Change nextRemoval() {
        long lsn = changes.size() + 1L;
        List<String> names = List.copyOf(shown.keySet());
        String name = names.isEmpty() ? "0/key0" : names.get(random.nextInt(names.size()));
        int slash = name.indexOf('/');
        String key = name.substring(slash + 1);
        Transaction transaction = new Transaction();
        new Effects(transaction).begin(Effect.DEL, 1).argument(bytes(key));
        replays.put(lsn, () -> values.remove(name));
        replays.get(lsn).run();
        int database = Integer.parseInt(name.substring(0, slash));
        Change change = new Change(lsn, database, key, Arrays.copyOf(transaction.bytes(), transaction.length()));
        changes.add(change);
        show(change);
        return change;
    }

    private Runnable draw(Effects effects, String name, byte[] key, long lsn, int step) {
        Value value = values.get(name);
        int dice = random.nextInt(100);
        if (dice < 10) {
            effects.begin(Effect.DEL, 1).argument(key);
            return () -> values.remove(name);
        }
        if (dice < 18) {
            long deadline = 1L + random.nextInt(1000);
            effects.begin(Effect.PEXPIREAT, 2).argument(key).argument(deadline);
            return () -> values.computeIfPresent(name, (n, v) -> {
                v.deadline = deadline;
                return v;
            });
        }
        if (dice < 22) {
            effects.begin(Effect.PERSIST, 1).argument(key);
            return () -> values.computeIfPresent(name, (n, v) -> {
                v.deadline = -1;
                return v;
            });
        }
        if (dice < 35) {
            String text = text();
            effects.begin(Effect.SET, 2).argument(key).argument(bytes(text));
            return () -> {
                Value string = new Value("STRING");
                string.string = text;
                values.put(name, string);
            };
        }
        String[] types = {"STRING", "LIST", "SET", "HASH", "ZSET", "STREAM"};
        String type = value == null ? types[random.nextInt(types.length)] : value.type;
        Runnable change = switch (type) {
            case "STRING" -> drawString(effects, name, key);
            case "LIST" -> drawList(effects, name, key, value);
            case "SET" -> drawSet(effects, name, key, value);
            case "HASH" -> drawHash(effects, name, key, value);
            case "ZSET" -> drawSortedSet(effects, name, key, value);
            default -> drawStream(effects, name, key, value, lsn * 10 - step);
        };
        return () -> {
            change.run();
            if (values.get(name).isEmpty()) {
                values.remove(name);
            }
        };
    }

    /** A change of a list, or a hash, that begins with a large element. */
    private Runnable drawLarge(Effects effects, String name, byte[] key) {
        Value value = values.get(name);
        int dice = random.nextInt(100);
        if (value != null && dice < (profile == Profile.CHAINS ? 1 : 4)) {
            effects.begin(Effect.DEL, 1).argument(key);
            return () -> values.remove(name);
        }
        boolean isLarge = value == null || (profile == Profile.PARTS && dice < 60);
        String text = String.valueOf((char) ('a' + random.nextInt(26)))
                .repeat(isLarge ? 8000 + random.nextInt(4000) : 1 + random.nextInt(20));
        if (key[key.length - 1] % 2 == 0) {
            String field = (isLarge ? "large" : "small") + random.nextInt(MOST_LARGE_ELEMENTS);
            effects.begin(Effect.HSET, 3).argument(key).argument(bytes(field)).argument(bytes(text));
            return () -> value(name, "HASH").hash.put(field, text);
        }
        if (value != null && value.list.size() > 6 * MOST_LARGE_ELEMENTS) {
            effects.begin(Effect.LTRIM, 3).argument(key).argument(0L).argument(MOST_LARGE_ELEMENTS - 1L);
            return () -> {
                List<String> list = values.get(name).list;
                list.subList(MOST_LARGE_ELEMENTS, list.size()).clear();
            };
        }
        effects.begin(Effect.RPUSH, 2).argument(key).argument(bytes(text));
        return () -> value(name, "LIST").list.add(text);
    }

    private Runnable drawGrouped(Effects effects, String name, byte[] key, long lsn) {
        Value value = values.get(name);
        if (value != null && random.nextInt(100) == 0) {
            effects.begin(Effect.DEL, 1).argument(key);
            return () -> values.remove(name);
        }
        Consumer<GroupedStream> change =
                GroupedStream.draw(value == null ? null : value.grouped, random, effects, key, lsn, text());
        return () -> {
            Value stream = value(name, "STREAM");
            stream.grouped = stream.grouped == null ? new GroupedStream() : stream.grouped;
            change.accept(stream.grouped);
        };
    }

    private Value value(String name, String type) {
        return values.computeIfAbsent(name, n -> new Value(type));
    }

    private Runnable drawString(Effects effects, String name, byte[] key) {
        String text = "+" + text();
        if (random.nextBoolean()) {
            effects.begin(Effect.APPEND, 2).argument(key).argument(bytes(text));
            return () -> value(name, "STRING").string += text;
        }
        int offset = random.nextInt(30);
        effects.begin(Effect.SETRANGE, 3).argument(key).argument((long) offset).argument(bytes(text));
        return () -> {
            Value value = value(name, "STRING");
            StringBuilder builder = new StringBuilder(value.string);
            while (builder.length() < offset + text.length()) {
                builder.append('\0');
            }
            value.string = builder.replace(offset, offset + text.length(), text).toString();
        };
    }

    private Runnable drawList(Effects effects, String name, byte[] key, Value value) {
        String first = element();
        String second = text();
        int size = value == null ? 0 : value.list.size();
        switch (size == 0 ? random.nextInt(2) : random.nextInt(6)) {
            case 0 -> {
                effects.begin(Effect.RPUSH, 3)
                        .argument(key)
                        .argument(bytes(first))
                        .argument(bytes(second));
                return () -> value(name, "LIST").list.addAll(List.of(first, second));
            }
            case 1 -> {
                effects.begin(Effect.LPUSH, 2).argument(key).argument(bytes(first));
                return () -> value(name, "LIST").list.add(0, first);
            }
            case 2 -> {
                effects.begin(Effect.RPOP, 1).argument(key);
                return () -> values.get(name).list.remove(size - 1);
            }
            case 3 -> {
                effects.begin(Effect.LPOP, 1).argument(key);
                return () -> values.get(name).list.remove(0);
            }
            case 4 -> {
                int index = random.nextInt(size);
                effects.begin(Effect.LSET, 3)
                        .argument(key)
                        .argument((long) index - size)
                        .argument(bytes(first));
                return () -> values.get(name).list.set(index, first);
            }
            default -> {
                int start = random.nextInt(size);
                int stop = random.nextInt(size);
                effects.begin(Effect.LTRIM, 3)
                        .argument(key)
                        .argument((long) start)
                        .argument((long) stop - size);
                return () -> {
                    List<String> list = values.get(name).list;
                    List<String> kept = start > stop ? List.of() : List.copyOf(list.subList(start, stop + 1));
                    list.clear();
                    list.addAll(kept);
                };
            }
        }
    }

    private Runnable drawSet(Effects effects, String name, byte[] key, Value value) {
        String first = element();
        String second = element();
        boolean adds = value == null || random.nextBoolean();
        effects.begin(adds ? Effect.SADD : Effect.SREM, 3)
                .argument(key)
                .argument(bytes(first))
                .argument(bytes(second));
        return () -> {
            TreeSet<String> set = value(name, "SET").set;
            if (adds) {
                set.addAll(List.of(first, second));
            } else {
                set.removeAll(List.of(first, second));
            }
        };
    }

    private Runnable drawHash(Effects effects, String name, byte[] key, Value value) {
        String field = element();
        String text = text();
        int dice = value == null ? 0 : random.nextInt(5);
        if (dice < 2) {
            effects.begin(Effect.HSET, 3).argument(key).argument(bytes(field)).argument(bytes(text));
            return () -> {
                Value hash = value(name, "HASH");
                hash.hash.put(field, text);
                hash.fieldDeadlines.remove(field);
            };
        }
        if (dice < 4) {
            effects.begin(Effect.HDEL, 2).argument(key).argument(bytes(field));
            return () -> {
                Value hash = value(name, "HASH");
                hash.hash.remove(field);
                hash.fieldDeadlines.remove(field);
            };
        }
        long deadline = 1L + random.nextInt(1000);
        effects.begin(Effect.HPEXPIREAT, 5)
                .argument(key)
                .argument(deadline)
                .argument(bytes("FIELDS"))
                .argument(1)
                .argument(bytes(field));
        return () -> {
            Value hash = value(name, "HASH");
            if (hash.hash.containsKey(field)) {
                hash.fieldDeadlines.put(field, Long.toString(deadline));
            }
        };
    }

    private Runnable drawSortedSet(Effects effects, String name, byte[] key, Value value) {
        String member = element();
        if (value == null || random.nextBoolean()) {
            double score = random.nextInt(100) / 8.0;
            effects.begin(Effect.ZADD, 3).argument(key).argument(score).argument(bytes(member));
            return () -> value(name, "ZSET").scores.put(member, score);
        }
        effects.begin(Effect.ZREM, 2).argument(key).argument(bytes(member));
        return () -> value(name, "ZSET").scores.remove(member);
    }

    private Runnable drawStream(Effects effects, String name, byte[] key, Value value, long id) {
        String text = text();
        int dice = value == null ? 0 : random.nextInt(5);
        if (dice < 2) {
            effects.begin(Effect.XADD, 4)
                    .argument(key)
                    .streamId(id, 7)
                    .argument(bytes("field"))
                    .argument(bytes(text));
            return () -> {
                Value stream = value(name, "STREAM");
                stream.stream.put(id + "-7", "[field, " + text + "]");
                stream.lastId = id + "-7";
            };
        }
        if (dice == 2) {
            int left = random.nextInt(3);
            effects.begin(Effect.XTRIM, 3)
                    .argument(key)
                    .argument(bytes("MAXLEN"))
                    .argument((long) left);
            return () -> {
                Map<String, String> entries = values.get(name).stream;
                while (entries.size() > left) {
                    entries.remove(entries.keySet().iterator().next());
                }
            };
        }
        if (dice == 3 && !value.stream.isEmpty()) {
            String removed = value.stream.keySet().iterator().next();
            effects.begin(Effect.XDEL, 2).argument(key).argument(bytes(removed));
            return () -> values.get(name).stream.remove(removed);
        }
        effects.begin(Effect.XSETID, 2).argument(key).streamId(id, 9);
        return () -> values.get(name).lastId = id + "-9";
    }
}
