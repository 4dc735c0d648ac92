package io.nvmredis.engine.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandCatalogTest {
    private static List<byte[]> words(String command) {
        return Arrays.stream(command.split(" ", -1))
                .map(word -> word.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }

    private static CommandFacts facts(String command) {
        CommandFacts facts = CommandCatalog.find(
                Arrays.stream(command.split(" ", -1)).limit(2).toList());
        assertThat(facts).as(command).isNotNull();
        return facts;
    }

    @Test
    void shouldTellOfEveryCommandOfTheTable() {
        assertThat(CommandCatalog.all())
                .extracting(CommandFacts::name)
                .containsExactlyElementsOf(
                        CommandTable.all().stream().map(CommandSpec::name).toList());
    }

    @Test
    void shouldExplainEveryCommandAndSubcommand() {
        for (CommandFacts command : CommandCatalog.all()) {
            List<CommandFacts> all = new ArrayList<>(command.subcommands());
            all.add(command);
            for (CommandFacts each : all) {
                assertThat(each.documentation().summary()).as(each.name()).endsWith(".");
                assertThat(each.documentation().since()).as(each.name()).matches("\\d\\.\\d+\\.\\d+");
                assertThat(each.documentation().group()).as(each.name()).isNotEmpty();
                assertThat(each.categories()).as(each.name()).containsAnyOf("fast", "slow");
            }
        }
    }

    @Test
    void shouldAgreeWithTheTableOnWhatWrites() {
        for (CommandSpec spec : CommandTable.all()) {
            CommandFacts facts = facts(spec.name());
            // Redis says neither of a script, nor of what has subcommands.
            if (!spec.has(CommandSpec.Trait.SCRIPT) && facts.subcommands().isEmpty()) {
                assertThat(facts.flags().contains("write"))
                        .as(spec.name())
                        .isEqualTo(spec.has(CommandSpec.Trait.WRITE));
            }
        }
    }

    @Test
    void shouldFindSubcommandsByBothNames() {
        assertThat(CommandCatalog.find("CLIENT|List")).isSameAs(facts("client LIST"));
        assertThat(facts("client list").name()).isEqualTo("client|list");
        assertThat(facts("client list").arity()).isEqualTo(-2);
        assertThat(facts("object encoding").firstKey()).isEqualTo(2);
        assertThat(CommandCatalog.find("client|")).isNull();
        assertThat(CommandCatalog.find("client|nothing")).isNull();
        assertThat(CommandCatalog.find("get|list")).isNull();
        assertThat(CommandCatalog.find("nothing")).isNull();
        assertThat(CommandCatalog.find(List.of("client", "nothing"))).isNull();
    }

    /** What Redis 7.0 replies to COMMAND GETKEYS. */
    @ParameterizedTest
    @CsvSource({
        "get a, a",
        "mset a 1 b 2, a b",
        "object encoding k, k",
        "eval x 2 a b c, a b",
        "eval x 3 a b, ''",
        "eval x 0, ''",
        "zunionstore d 2 a b, d a b",
        "zunionstore d 2x a b, a b d",
        "zunionstore d 9 a b, ''",
        "lmpop 2 a b left, a b",
        "blmpop 0 2 a b left, a b",
        "blpop a b 0, a b",
        "xread count 1 streams a b 0 1, a b",
        "xread count 1, ''",
        "xreadgroup group streams c streams a b 0 1, a b",
        "sort a by b store c get d store e, a e",
        "sort a limit store 1 get store, a",
        "sort_ro a get store, a",
        "georadius k 1 2 3 m store a, k a",
        "georadius k 1 2 3 m store, k",
        "georadius k 1 2 3 m storedist a, k a",
        "bitop and d a b, d a b",
        "set a get, a",
        "pfcount a b, a b",
        "sintercard 2 a b limit 1, a b",
    })
    void shouldFindKeys(String command, String keys) {
        List<byte[]> words = words(command);
        List<String> found = KeySearch.keys(facts(command), words).stream()
                .map(key -> new String(words.get(key.position()), StandardCharsets.ISO_8859_1))
                .toList();
        assertThat(String.join(" ", found)).isEqualTo(keys);
    }

    @ParameterizedTest
    @CsvSource({
        "set a b get, RW access update",
        "set a b, OW update",
        "set a get, OW update",
        "bitfield a get u8 0 overflow fail get u8 1, RO access",
        "bitfield a get u8 0 set u8 0 1, RW access update",
        "bitfield a nonsense, RW access update",
        "get a, RO access",
        "zunionstore d 1x a, ''",
    })
    void shouldTellWhatIsDoneWithAKey(String command, String flags) {
        assertThat(String.join(
                        " ",
                        KeySearch.keys(facts(command), words(command)).get(0).flags()))
                .isEqualTo(flags);
    }

    /** The positions by which values are read in are those that a client is told. */
    @ParameterizedTest
    @CsvSource({
        "get a",
        "mset a 1 b 2",
        "blpop a b 0",
        "eval x 2 a b c",
        "evalsha_ro x 1 a c",
        "zunionstore d 2 a b",
        "zdiff 2 a b withscores",
        "zintercard 2 a b limit 1",
        "sintercard 1 a",
        "lmpop 2 a b left",
        "blmpop 0 2 a b left",
        "bzmpop 0 1 a min",
        "object encoding k",
        "xinfo stream k",
        "xgroup create k g $",
        "xread count 1 streams a b 0 1",
        "xreadgroup group streams c streams a b 0 1",
        "smove a b c",
        "rename a b",
        "bitop and d a b",
    })
    void shouldFindTheSameKeysAsTheTable(String command) {
        List<byte[]> words = words(command);
        List<byte[]> ofTable = new ArrayList<>();
        KeyPositions.forEach(CommandTable.find(words.get(0)), words, ofTable::add);
        assertThat(ofTable)
                .containsExactlyInAnyOrderElementsOf(KeySearch.keys(facts(command), words).stream()
                        .map(key -> words.get(key.position()))
                        .toList());
    }

    @Test
    void shouldReadLinesByTheirIndent() {
        List<Outline> read = Outline.read(List.of("# remark", "a", "  b c d", "    e", "  f", "g"));
        assertThat(read).extracting(Outline::word).containsExactly("a", "g");
        assertThat(read.get(0).text("b")).isEqualTo("c d");
        assertThat(read.get(0).words("b")).containsExactly("c", "d");
        assertThat(read.get(0).words("f")).isEmpty();
        assertThat(read.get(0).all("b").get(0).lines())
                .extracting(Outline::word)
                .containsExactly("e");
    }
}
