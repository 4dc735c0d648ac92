package io.nvmredis.it;

import io.nvmredis.it.DataDump.Content;
import io.nvmredis.it.FuzzedCommands.Command;
import io.nvmredis.it.FuzzedCommands.Comparison;
import io.nvmredis.it.kit.ReplyText;
import io.nvmredis.it.kit.RespClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** One connection to this server and one to a real Redis, which are sent the same commands. */
final class TwinClient implements AutoCloseable {
    static final String OF_A_SKIPLIST = " on a skiplist of unequal scores";
    static final String OF_A_SET = " on a set";

    private static final Pattern KEY = Pattern.compile("[snlthzyrpg][0-2]");
    /** Deadlines that are given as time from now are reckoned a little later on the second server. */
    private static final long CLOCK_TOLERANCE_MILLIS = 5_000;

    private final int port;
    private final int redisPort;
    private final RespClient client;
    private final RespClient redis;

    TwinClient(int port, int redisPort) throws IOException {
        this.port = port;
        this.redisPort = redisPort;
        client = new RespClient(port);
        redis = new RespClient(redisPort);
    }

    /** The replies of this server and of Redis. */
    String[] call(String... command) throws IOException {
        return new String[] {client.callExactly(command), redis.callExactly(command)};
    }

    static boolean areAlike(Comparison comparison, String... replies) {
        return switch (comparison) {
            case EXACT -> ReplyText.areEqual(replies[1], replies[0]);
            case UNORDERED -> ReplyText.areEqual(sorted(replies[1], 1), sorted(replies[0], 1));
            case UNORDERED_PAIRS -> ReplyText.areEqual(sorted(replies[1], 2), sorted(replies[0], 2));
            case TIME -> ReplyText.areEqual(replies[1], replies[0]) || isAboutAsLong(replies[1], replies[0]);
        };
    }

    private static boolean isAboutAsLong(String one, String other) {
        return one.matches("\\d+")
                && other.matches("\\d+")
                && Math.abs(Long.parseLong(one) - Long.parseLong(other)) < CLOCK_TOLERANCE_MILLIS;
    }

    private static String sorted(String reply, int groupSize) {
        if (!reply.startsWith("[") || reply.length() == 2) {
            return reply;
        }
        // The elements of a scan are in an array of their own, behind the cursor.
        String flat = groupSize == 1 ? reply.replace("[", "").replace("]", "") : reply.substring(1, reply.length() - 1);
        String[] elements = flat.split(", ", -1);
        List<String> groups = new ArrayList<>();
        for (int i = 0; i < elements.length; i += groupSize) {
            groups.add(String.join(", ", Arrays.copyOfRange(elements, i, Math.min(i + groupSize, elements.length))));
        }
        return new TreeSet<>(groups) + " of " + groups.size();
    }

    /** What the keys that are named in these commands hold on both, where that differs. */
    Map<String, String> differenceOf(List<List<String>> commands) throws IOException {
        TreeSet<String> keys = new TreeSet<>();
        commands.forEach(words ->
                words.stream().filter(word -> KEY.matcher(word).matches()).forEach(keys::add));
        Map<String, String> difference = new TreeMap<>();
        for (String key : keys) {
            compare(difference, key, DataDump.contentIfAny(client, key), DataDump.contentIfAny(redis, key));
        }
        return difference;
    }

    /** What there is beside its words that a reply of Redis's comes of by chance; asked for before they run. */
    String circumstances(List<Command> commands) throws IOException {
        StringBuilder found = new StringBuilder();
        for (Command command : commands) {
            List<String> words = command.words();
            String name = words.get(0);
            for (String key :
                    words.stream().filter(word -> KEY.matcher(word).matches()).toList()) {
                if ((name.contains("lex") || words.contains("BYLEX")) && isMixedSkiplist(key)) {
                    found.append(OF_A_SKIPLIST);
                }
                if (name.equals("sort")
                        && words.contains("BY")
                        && redis.callExactly("TYPE", key).matches("\\+z?set")) {
                    found.append(OF_A_SET);
                }
            }
        }
        return found.toString();
    }

    private boolean isMixedSkiplist(String key) throws IOException {
        return redis.callExactly("OBJECT", "ENCODING", key).equals("\"skiplist\"")
                && !redis.callExactly("ZRANGE", key, "0", "0", "WITHSCORES")
                        .replaceAll(".*, ", "")
                        .equals(redis.callExactly("ZRANGE", key, "-1", "-1", "WITHSCORES")
                                .replaceAll(".*, ", ""));
    }

    /** All that differs. */
    Map<String, String> difference() throws IOException {
        Map<String, Content> here = DataDump.of(port).keys();
        Map<String, Content> there = DataDump.of(redisPort).keys();
        TreeSet<String> keys = new TreeSet<>(here.keySet());
        keys.addAll(there.keySet());
        Map<String, String> difference = new TreeMap<>();
        for (String key : keys) {
            compare(difference, key, here.get(key), there.get(key));
        }
        return difference;
    }

    private static void compare(Map<String, String> difference, String key, Content here, Content there) {
        if (!isSame(here, there)) {
            difference.put(key, "is here " + printable(here) + " and on redis " + printable(there));
        }
    }

    /** Whether it is not there, or will not be in a moment. */
    private static boolean isGoing(Content content) {
        return content == null
                || (content.deadline() > 0 && content.deadline() - System.currentTimeMillis() < CLOCK_TOLERANCE_MILLIS);
    }

    private static boolean isSame(Content here, Content there) {
        if (here == null || there == null) {
            return isGoing(here) && isGoing(there);
        }
        boolean hasSameDeadline = here.deadline() == there.deadline()
                || (Math.min(here.deadline(), there.deadline()) > 0
                        && Math.abs(here.deadline() - there.deadline()) < CLOCK_TOLERANCE_MILLIS);
        return hasSameDeadline && here.type().equals(there.type()) && Objects.equals(here.elements(), there.elements());
    }

    static String printable(Object value) {
        String text = String.valueOf(value);
        StringBuilder printable = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), 400); i++) {
            char next = text.charAt(i);
            printable.append(next < 32 || next > 126 ? String.format(Locale.ROOT, "\\x%02x", (int) next) : next);
        }
        return printable.toString();
    }

    @Override
    public void close() throws IOException {
        client.close();
        redis.close();
    }
}
