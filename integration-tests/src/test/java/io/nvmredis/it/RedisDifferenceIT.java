package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.FuzzedCommands.Command;
import io.nvmredis.it.kit.ReplyText;
import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import io.nvmredis.spi.testkit.RealRedis;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The same random commands go to this server and to redis-server 7.0, alone, in MULTI and in scripts; replies and what is
 * kept must be the same, and what is kept must be the same after a kill and a restart.
 *
 * <p>What differs and why stands in {@link KnownDifferences}, and nowhere else. Rounds have the seeds that follow each other
 * from {@code -Ddifference.seed}; {@code -Ddifference.rounds} says how many there are. A round is some 3000 commands and takes
 * about 15 s on two cores, a server that starts five times included: 300 take more than an hour.
 */
class RedisDifferenceIT {
    private static final int ROUNDS = Integer.getInteger("difference.rounds", 5);
    private static final int KILLS_A_ROUND = 4;
    private static final int SEQUENCES_UNTIL_A_KILL = 375;
    private static final int SHOWN = 60;
    /** A long run says how far it is each time it has done so many. */
    private static final int ROUNDS_TOLD = 20;

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.inMemory();

    private final long seed = Long.getLong("difference.seed", 1);
    private final KnownDifferences known = new KnownDifferences();
    /** The first example of each kind, by command. */
    private final Map<String, String> differences = new TreeMap<>();

    private long commandCount;

    @BeforeAll
    static void require() {
        Requirement.requireRedis();
    }

    @Test
    void shouldReplyAndKeepWhatRedisDoes() throws Exception {
        System.out.printf(Locale.ROOT, "-Ddifference.seed=%d, %d rounds%n", seed, ROUNDS);
        try (RealRedis redis = directory.redis(directory.path("redis"))) {
            ServerProcess.Builder builder =
                    directory.server().domain("emulated").with("--nvm-segment-size", "8mb");
            for (long round = seed; round < seed + ROUNDS; round++) {
                runRound(builder, redis, new Random(round), round);
                if ((round - seed) % ROUNDS_TOLD == ROUNDS_TOLD - 1) {
                    System.out.printf(Locale.ROOT, "%d commands until seed %d%n", commandCount, round);
                }
            }
        }
        System.out.printf(Locale.ROOT, "%d commands, known differences met: %s%n", commandCount, known.met());
        assertThat(differences.values().stream().limit(SHOWN).toList())
                .as("%d kinds of difference", differences.size())
                .isEmpty();
    }

    private void runRound(ServerProcess.Builder builder, RealRedis redis, Random random, long round) throws Exception {
        FuzzedCommands commands = new FuzzedCommands(random);
        for (int kills = 0; kills <= KILLS_A_ROUND; kills++) {
            try (ServerProcess server = builder.start();
                    TwinClient clients = new TwinClient(server.port(), redis.port())) {
                if (kills == 0) {
                    clients.call("FLUSHALL");
                } else {
                    clients.call("SCRIPT", "FLUSH");
                    compareAll(clients, round);
                }
                if (kills < KILLS_A_ROUND) {
                    runCommands(commands, clients, random, round);
                    server.kill();
                }
            }
        }
    }

    private void compareAll(TwinClient clients, long round) throws IOException {
        Map<String, String> difference = clients.difference();
        difference.forEach((key, what) -> note("after a restart", key + " " + what, "-Ddifference.seed=" + round));
        if (!difference.isEmpty()) {
            clients.call("FLUSHALL");
        }
    }

    private void runCommands(FuzzedCommands commands, TwinClient clients, Random random, long round)
            throws IOException {
        for (int i = 0; i < SEQUENCES_UNTIL_A_KILL; i++) {
            List<Command> sequence = new ArrayList<>();
            for (int j = random.nextInt(3); j >= 0; j--) {
                sequence.add(commands.next());
            }
            run(clients, sequence, random.nextInt(8), "-Ddifference.seed=" + round);
            commandCount += sequence.size();
        }
    }

    private void run(TwinClient clients, List<Command> sequence, int way, String seedOption) throws IOException {
        switch (way) {
            case 0 -> runTransaction(clients, sequence, seedOption);
            case 1 -> {
                for (Command command : sequence) {
                    compare(clients, command, inScript(command.words()), "script: ", seedOption);
                }
            }
            default -> {
                for (Command command : sequence) {
                    compare(clients, command, command.words(), "", seedOption);
                }
            }
        }
    }

    private static List<String> inScript(List<String> words) {
        List<String> script = new ArrayList<>(List.of("eval", "return redis.pcall(unpack(ARGV))", "0"));
        script.addAll(words);
        return script;
    }

    private void runTransaction(TwinClient clients, List<Command> sequence, String seedOption) throws IOException {
        String circumstances = clients.circumstances(sequence);
        clients.call("MULTI");
        for (Command command : sequence) {
            clients.call(command.words().toArray(new String[0]));
        }
        String[] replies = clients.call("EXEC");
        String name = sequence.get(0).words().get(0);
        boolean isAlike = sequence.stream().anyMatch(each -> each.comparison() != FuzzedCommands.Comparison.EXACT)
                || ReplyText.areEqual(replies[1], replies[0]);
        afterwards(
                clients,
                isAlike,
                "exec: " + name,
                sequence.stream().map(Command::words).toList(),
                replies,
                circumstances,
                seedOption);
    }

    private void compare(TwinClient clients, Command command, List<String> words, String way, String seedOption)
            throws IOException {
        String circumstances = clients.circumstances(List.of(command));
        String[] replies = clients.call(words.toArray(new String[0]));
        boolean isAlike = TwinClient.areAlike(command.comparison(), replies);
        afterwards(
                clients,
                isAlike,
                way + command.words().get(0),
                List.of(command.words()),
                replies,
                circumstances,
                seedOption);
    }

    /** Notes what differs, and has both go on from the same state. */
    private void afterwards(
            TwinClient clients,
            boolean isAlike,
            String name,
            List<List<String>> commands,
            String[] replies,
            String circumstances,
            String seedOption)
            throws IOException {
        String said = TwinClient.printable(commands) + "\n      here  " + replies[0] + "\n      redis " + replies[1]
                + circumstances;
        if (!isAlike) {
            note(name + ", reply", said, seedOption);
        }
        Map<String, String> difference = clients.differenceOf(commands);
        if (!difference.isEmpty()) {
            note(name + ", effect", said + "\n      then " + difference, seedOption);
        }
        if (!difference.isEmpty()) {
            clients.call("FLUSHALL");
        }
    }

    private void note(String kind, String example, String seedOption) {
        String said = kind + " (" + seedOption + "): " + example;
        if (!known.covers(kind, example) && differences.putIfAbsent(kind, said) == null) {
            System.out.println(said);
        }
    }
}
