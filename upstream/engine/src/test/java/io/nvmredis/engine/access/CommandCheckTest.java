package io.nvmredis.engine.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.catalog.CommandCatalog;
import io.nvmredis.engine.catalog.CommandFacts;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import io.nvmredis.engine.catalog.CommandTable;
import io.nvmredis.engine.catalog.KeyPositions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CommandCheckTest {
    /** Commands that read or change data, and name no key. */
    private static final Set<String> WITHOUT_KEYS = Set.of(
            "dbsize",
            "flushall",
            "flushdb",
            "keys",
            "randomkey",
            "scan",
            "swapdb",
            "wait",
            "waitaof",
            "info",
            "lolwut",
            "publish",
            "spublish",
            "script",
            "function",
            "object",
            "memory",
            "xgroup",
            "xinfo");

    private static List<byte[]> words(String command) {
        return Arrays.stream(command.split(" ", -1)).map(Words::bytes).toList();
    }

    private static User user(String... rules) {
        Users users = new Users();
        assertThat(users.set("al", List.of(rules))).isNull();
        return Objects.requireNonNull(users.find("al"));
    }

    private static boolean allows(User user, String command) {
        List<byte[]> words = words(command);
        return user.denial(Objects.requireNonNull(CommandTable.find(words)), words) == null;
    }

    /** A command whose keys nobody finds would let everybody at all keys. */
    @Test
    void shouldFindTheKeysOfEveryCommandThatHasAny() {
        for (CommandSpec spec : CommandTable.all()) {
            CommandFacts facts = Objects.requireNonNull(CommandCatalog.find(spec.name()));
            boolean isOfData = spec.has(Trait.WRITE) || spec.has(Trait.READONLY) || spec.has(Trait.MAY_REPLICATE);
            if (isOfData && !WITHOUT_KEYS.contains(spec.name())) {
                assertThat(facts.mayHaveKeys()).as(spec.name()).isTrue();
            }
        }
    }

    /** What the engine reads in for a command are its keys; a user without keys may run none of these commands. */
    @Test
    void shouldRefuseEveryCommandWithAKeyToAUserWithoutKeys() {
        User user = user("+@all", "&*");
        int refused = 0;
        List<String> allowed = new ArrayList<>();
        for (CommandSpec spec : CommandTable.all()) {
            for (List<byte[]> words : examples(spec)) {
                List<byte[]> keys = new ArrayList<>();
                KeyPositions.forEach(spec, words, keys::add);
                if (!keys.isEmpty()) {
                    if (user.denial(spec, words) == null) {
                        allowed.add(
                                String.join(" ", words.stream().map(Words::text).toList()));
                    } else {
                        refused++;
                    }
                }
            }
        }
        assertThat(allowed).isEmpty();
        assertThat(refused).isGreaterThan(150);
    }

    /** Returns commands with as few words as they may have, and a few more, each of them 1 or what follows a key. */
    private static List<List<byte[]>> examples(CommandSpec spec) {
        List<List<byte[]>> examples = new ArrayList<>();
        int least = Math.abs(spec.arity());
        for (int length = least; length < least + (spec.arity() < 0 ? 4 : 1); length++) {
            List<byte[]> words = new ArrayList<>(List.of(Words.bytes(spec.name())));
            while (words.size() < length) {
                words.add(Words.bytes("1"));
            }
            if (Objects.requireNonNull(CommandCatalog.find(spec.name())).mayHaveKeys()) {
                examples.add(words);
            }
        }
        for (CommandFacts each :
                Objects.requireNonNull(CommandCatalog.find(spec.name())).subcommands()) {
            List<byte[]> words = words(each.name().replace('|', ' '));
            words = new ArrayList<>(words);
            while (words.size() < Math.abs(each.arity())) {
                words.add(Words.bytes("1"));
            }
            if (each.mayHaveKeys()) {
                examples.add(words);
            }
        }
        return examples;
    }

    @Test
    void shouldAskForWhatACommandDoesWithItsKeys() {
        User user = user("+@all", "%R~r", "%W~w", "~b");
        for (String command :
                List.of("GET r", "SET w x", "COPY r w", "LMOVE b b LEFT LEFT", "GETSET b x", "EXISTS w")) {
            assertThat(allows(user, command)).as(command).isTrue();
        }
        for (String command :
                List.of("GET w", "SET r x", "COPY w r", "LMOVE r w LEFT LEFT", "GETSET w x", "EXISTS z")) {
            assertThat(allows(user, command)).as(command).isFalse();
        }
    }

    /** A user may do what one selector allows as a whole, and not what two allow each a half of. */
    @Test
    void shouldNotPutSelectorsTogether() {
        User user = user("+get", "(~a)", "(+get %R~b)", "(+copy %R~c)", "(+copy %W~d)");
        assertThat(allows(user, "GET a")).isFalse();
        assertThat(allows(user, "GET b")).isTrue();
        assertThat(allows(user, "COPY c d")).isFalse();
    }

    @Test
    void shouldTakePatternsOfSubscriptionsByTheLetter() {
        User user = user("+@all", "&a*", "&b");
        assertThat(allows(user, "PSUBSCRIBE a*")).isTrue();
        assertThat(allows(user, "PSUBSCRIBE ab*")).isFalse();
        assertThat(allows(user, "PSUBSCRIBE b")).isTrue();
        assertThat(allows(user, "SUBSCRIBE ab*")).isTrue();
        assertThat(allows(user, "SUBSCRIBE b a c")).isFalse();
        assertThat(allows(user, "UNSUBSCRIBE c")).isTrue();
    }

    /** A name that is none must not pass for one by its letters. */
    @Test
    void shouldCompareFirstWordsByTheLettersOfAsciiAlone() {
        assertThat(CommandSet.isSame("Get", "gET")).isTrue();
        assertThat(CommandSet.isSame("\u00e9", "\u00c9")).isFalse();
        assertThat(CommandSet.isSame("a", "ab")).isFalse();
    }
}
