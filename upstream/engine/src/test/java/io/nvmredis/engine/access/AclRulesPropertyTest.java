package io.nvmredis.engine.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What describes a user makes the same user again. */
class AclRulesPropertyTest {
    private static final List<String> OTHERS = List.of(
            "on",
            "off",
            "nopass",
            ">pw",
            ">other",
            "resetpass",
            "skip-sanitize-payload",
            "sanitize-payload",
            "~*",
            "~a*",
            "%R~b*",
            "%W~b*",
            "%RW~b*",
            "resetkeys",
            "&*",
            "&c*",
            "&d",
            "resetchannels",
            "+@all",
            "-@all",
            "+select|0",
            "+select|1",
            "+config|get",
            "-config|set",
            "(~x +get &y)",
            "(%R~* +@read -mget)",
            "clearselectors",
            "reset");

    private static final List<String> COMMANDS = List.of(
            "GET a1",
            "GET b1",
            "SET a1 x",
            "SET b1 x",
            "SET b1 x GET",
            "COPY b1 b2",
            "SELECT 0",
            "SELECT 2",
            "CONFIG GET x",
            "CONFIG SET x y",
            "PUBLISH c1 x",
            "PSUBSCRIBE c*",
            "PSUBSCRIBE c1",
            "SUBSCRIBE d y",
            "MGET x a",
            "ACL LIST",
            "EVAL x 2 a b",
            "SORT x STORE a",
            "PING",
            "FLUSHALL");

    @Provide
    Arbitrary<List<String>> rules() {
        List<String> names =
                RuledCommands.all().stream().map(RuledCommand::name).toList();
        Arbitrary<String> signs = Arbitraries.of("+", "-");
        return Arbitraries.oneOf(
                        Arbitraries.of(OTHERS),
                        signs.flatMap(sign -> Arbitraries.of(names).map(name -> sign + name)),
                        signs.flatMap(sign ->
                                Arbitraries.of(RuledCommands.CATEGORIES).map(category -> sign + "@" + category)))
                .list()
                .ofMaxSize(12);
    }

    private static AclUser user(List<String> rules) {
        AclRules read = new AclRules(AclUser.created(false), false);
        for (String rule : rules) {
            try {
                read.apply(rule);
            } catch (AclFault e) {
                // The user is as it was before, which is one more user to try.
            }
        }
        return read.user();
    }

    @Property(tries = 200)
    void shouldMakeTheSameUserOfItsDescription(@ForAll("rules") List<String> rules) {
        AclUser user = user(rules);
        Users users = new Users();
        assertThat(UserLines.load(List.of(new UserLine("x:1", List.of(("user al " + user).split(" ", -1)))), users))
                .isEmpty();
        AclUser again = Objects.requireNonNull(users.find("al")).rules();
        assertThat(again).hasToString(user.toString());
        for (String command : COMMANDS) {
            List<byte[]> words =
                    Arrays.stream(command.split(" ", -1)).map(Words::bytes).toList();
            CommandSpec spec = Objects.requireNonNull(CommandTable.find(words));
            assertThat(new CommandCheck(spec, words).denial(again))
                    .as("%s: %s", user, command)
                    .isEqualTo(new CommandCheck(spec, words).denial(user));
        }
    }

    /** A rule that is refused changes nothing. */
    @Property(tries = 200)
    void shouldKeepAUserOfWhichARuleIsWrong(@ForAll("rules") List<String> rules) {
        Users users = new Users();
        users.set("al", rules);
        List<String> before = users.lines();
        List<String> wrong = new ArrayList<>(rules);
        wrong.add("+nothing");
        assertThat(users.set("al", wrong)).isNotNull();
        assertThat(users.lines()).isEqualTo(before);
    }
}
