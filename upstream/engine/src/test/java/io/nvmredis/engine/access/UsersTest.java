package io.nvmredis.engine.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.bytes.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class UsersTest {
    private final Users users = new Users();

    private User made(String name, String... rules) {
        assertThat(users.set(name, List.of(rules))).isNull();
        return Objects.requireNonNull(users.find(name));
    }

    @Test
    void shouldAskForTheRightPasswordOfAUserWhoIsOn() {
        User user = made("al", "on", ">one", ">two");
        assertThat(users.authenticate("al", Words.bytes("one"))).isSameAs(user);
        assertThat(users.authenticate("al", Words.bytes("two"))).isSameAs(user);
        for (String wrong : List.of("", "On", "one ", "onetwo", Passwords.hash(Words.bytes("one")))) {
            assertThat(users.authenticate("al", Words.bytes(wrong))).as(wrong).isNull();
        }
        assertThat(users.authenticate("bo", Words.bytes("one"))).isNull();
        assertThat(users.authenticate("AL", Words.bytes("one"))).isNull();
        made("al", "off");
        assertThat(users.authenticate("al", Words.bytes("one"))).isNull();
        made("al", "on", "resetpass");
        assertThat(users.authenticate("al", Words.bytes("one"))).isNull();
        made("al", "nopass");
        assertThat(users.authenticate("al", Words.bytes("anything"))).isSameAs(user);
    }

    /** A user that there is not is compared with a hash as well; nothing has it. */
    @Test
    void shouldTakeNoHashForAPassword() {
        assertThat(Passwords.contain(List.of(), Words.bytes("0".repeat(64)))).isFalse();
    }

    @Test
    void shouldKeepNoPassword() {
        made("al", "on", ">hidden");
        assertThat(users.lines().toString()).doesNotContain("hidden").contains("#");
    }

    @Test
    void shouldTellOfEveryChangeWhenItIsThere() {
        List<String> told = new ArrayList<>();
        users.onChange(() ->
                told.add(String.join(";", users.all().stream().map(User::name).toList()) + users.mustAuthenticate()));
        made("al", "on");
        users.setDefaultPassword(Words.bytes("pw"));
        users.remove(List.of("al", "nobody", "default"));
        assertThat(told).containsExactly("al;defaultfalse", "al;defaulttrue", "defaulttrue");
    }

    /** Whoever may make users could fill the memory otherwise. */
    @Test
    void shouldRefuseMoreRulesThanThereIsRoomFor() {
        String pattern = "~" + "x".repeat(1 << 20);
        int made = 0;
        while (users.set("user" + made, List.of(pattern)) == null) {
            made++;
            assertThat(made).isLessThan(100);
        }
        assertThat(made).isGreaterThan(10);
        assertThat(users.find("user" + made)).isNull();
        assertThat(users.set("user0", List.of(pattern + "y"))).contains("bytes");
        assertThat(users.set("user0", List.of("resetkeys"))).isNull();
        assertThat(Users.bytesOf(users.all())).isLessThan(Users.MAX_BYTES);
    }

    @Test
    void shouldShowNoMoreOfAWrongRuleThanAMessageNeeds() {
        assertThat(users.set("al", List.of("+" + "x".repeat(1 << 20)))).hasSizeLessThan(2_000);
    }

    @Test
    void shouldRefuseLinesTogetherWithTheirPlaces() {
        List<String> faults = UserLines.load(
                List.of(
                        new UserLine("a.conf:3", List.of("user", "al", "+bogus", "+@nothing")),
                        new UserLine("a.conf:4", List.of("user", "bo", ">secret", "<secret2")),
                        new UserLine("b.conf:1", List.of("user", "bo", "on")),
                        new UserLine("b.conf:2", List.of("user", "x y")),
                        new UserLine("b.conf:3", List.of("user", "co", "(+get"))),
                users);
        assertThat(faults).hasSize(6);
        assertThat(faults.get(0)).startsWith("a.conf:3: ").contains("+bogus");
        assertThat(faults.get(1)).startsWith("a.conf:3: ").contains("+@nothing");
        assertThat(faults.get(2)).startsWith("a.conf:4: ").doesNotContain("secret");
        assertThat(faults.get(3)).contains("Duplicate user 'bo'", "line 1");
        assertThat(faults.get(4)).contains("b.conf:2", "invalid characters");
        assertThat(faults.get(5)).startsWith("b.conf:3: Unmatched");
        assertThat(users.all()).hasSize(1);
    }

    @Test
    void shouldTakeLinesAndLeaveOtherUsersAlone() {
        users.setDefaultPassword(Words.bytes("pw"));
        assertThat(UserLines.load(List.of(new UserLine("a:1", List.of("user", "al", "on", "( +get", "~x )"))), users))
                .isEmpty();
        assertThat(users.lines())
                .containsExactly(
                        "user al on resetchannels -@all (~x resetchannels -@all +get)",
                        "user default on #" + Passwords.hash(Words.bytes("pw")) + " ~* &* +@all");
        assertThat(UserLines.load(List.of(new UserLine("a:1", List.of("user", "default", "on", ">q"))), users))
                .isEmpty();
        assertThat(users.defaultUser().line())
                .isEqualTo("user default on sanitize-payload #" + Passwords.hash(Words.bytes("q"))
                        + " resetchannels -@all");
    }
}
