package io.nvmredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.fppt.jedismock.operations.CommandRegistries;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import io.nvmredis.engine.catalog.CommandTable;
import io.nvmredis.engine.keyspace.Contents;
import io.nvmredis.engine.keyspace.Replica;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a command does, its effects alone do the same to an empty engine. */
public class EffectsPropertyTest {
    private static final int COMMANDS_PER_SEED = 10_000;
    private static final Map<String, Integer> CHANGES_BY_COMMAND = new HashMap<>();

    @Test
    void shouldHaveEveryUpstreamCommandClassified() {
        for (Map<String, ?> commands : CommandRegistries.commands.values()) {
            assertThat(commands.keySet())
                    .as("commands of upstream's that CommandTable must say what they are")
                    .allSatisfy(name -> assertThat(CommandTable.find(name)).isNotNull());
        }
    }

    @Test
    void shouldGenerateEveryWritingCommand() {
        Set<String> writing = CommandTable.all().stream()
                .filter(spec -> spec.has(Trait.WRITE))
                .map(CommandSpec::name)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(new CommandGenerator(new Random(0)).writing().keySet()).isEqualTo(writing);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 4, 5, 6})
    void shouldReproduceTheDataSetFromEffectsAlone(long seed) {
        try (TestClient client = new TestClient()) {
            Replica replica = new Replica(client);
            Random random = new Random(seed);
            CommandGenerator generator = new CommandGenerator(random);
            List<String> history = new ArrayList<>();
            for (int i = 0; i < COMMANDS_PER_SEED; i++) {
                generator.now(client.clock.millis());
                String[] command = next(generator, random);
                history.add(Arrays.toString(command) + " -> ");
                int before = client.persister.transactions.size();
                String reply = client.run(command);
                history.set(i, history.get(i) + reply);
                replica.applyNew(client.persister.transactions);
                int changes = client.persister.transactions.size() - before;
                CHANGES_BY_COMMAND.merge(command[0], changes, Integer::sum);

                assertThat(changes).as("transactions of one command").isLessThanOrEqualTo(1);
                assertThat(difference(Contents.of(client.engine.databases()), Contents.of(replica.databases())))
                        .as(
                                "seed %d, command %d, effects %s, after %s",
                                seed, i, client.effectsSince(before), tail(history))
                        .isEmpty();
                if (random.nextInt(15) == 0) {
                    client.clock.advance(random.nextInt(700));
                }
            }
        }
    }

    @AfterAll
    static void shouldHaveSeenEveryWritingCommandChangeSomething() {
        Set<String> idle =
                new TreeSet<>(new CommandGenerator(new Random(0)).writing().keySet());
        idle.removeIf(name -> CHANGES_BY_COMMAND.getOrDefault(name, 0) > 0);
        assertThat(idle).as("writing commands that changed nothing in any run").isSubsetOf(NEVER_ALONE);
    }

    /** EVALSHA of an unknown script, and FCALL of an unknown function, is an error; that they run one is shown elsewhere. */
    private static final Set<String> NEVER_ALONE = Set.of("evalsha", "fcall");

    private static String[] next(CommandGenerator generator, Random random) {
        return switch (random.nextInt(30)) {
            case 0 -> new String[] {"multi"};
            case 1, 2 -> new String[] {"exec"};
            default -> generator.next();
        };
    }

    /** The keys that are not the same in both, each with what it is in the one and in the other. */
    public static Map<String, String> difference(Map<String, Object> expected, Map<String, Object> actual) {
        Set<String> keys = new TreeSet<>(expected.keySet());
        keys.addAll(actual.keySet());
        Map<String, String> difference = new TreeMap<>();
        for (String key : keys) {
            if (!Objects.equals(expected.get(key), actual.get(key))) {
                difference.put(key, "is " + expected.get(key) + " but by its effects " + actual.get(key));
            }
        }
        return difference;
    }

    private static List<String> tail(List<String> history) {
        return history.subList(Math.max(0, history.size() - 12), history.size());
    }
}
