package io.nvmredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.access.Access;
import io.nvmredis.engine.access.User;
import io.nvmredis.engine.access.Users;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SessionAccessTest {
    private final Access access = Access.open();
    private final Users users = access.users();
    private final SessionAccess session = new SessionAccess(access, () -> "", () -> 0);

    private User made(String... rules) {
        assertThat(users.set("al", List.of(rules))).isNull();
        return Objects.requireNonNull(users.find("al"));
    }

    @Test
    void shouldBeFreeAsLongAsItsUserMayDoEverything() {
        users.onChange(session::refresh);
        assertThat(session.isFree()).isTrue();
        assertThat(session.authenticate(made("on", "+@all", "~*"))).isTrue();
        assertThat(session.isFree()).isFalse();
        made("&*");
        assertThat(session.isFree()).isTrue();
        made("-get");
        assertThat(session.isFree()).isFalse();
        session.forget();
        assertThat(session.isFree()).isTrue();
        users.set(Users.DEFAULT, List.of("resetkeys"));
        assertThat(session.isFree()).isFalse();
    }

    @Test
    void shouldAskThoseForAPasswordWhoHaveGivenNone() {
        users.onChange(session::refresh);
        access.setPassword("pw");
        assertThat(session.mustAuthenticate()).as("it was there before").isFalse();
        SessionAccess later = new SessionAccess(access, () -> "", () -> 0);
        users.onChange(later::refresh);
        assertThat(later.mustAuthenticate()).isTrue();
        assertThat(later.isFree()).isFalse();
        access.setPassword("");
        assertThat(later.isFree()).isTrue();
        access.setPassword("pw");
        assertThat(later.isFree()).isFalse();
    }

    /** Between the look at the password and this a user may have gone, and its sessions have been ended. */
    @Test
    void shouldNotBecomeAUserThatIsGone() {
        User gone = made("on", "nopass", "+@all");
        users.remove(List.of("al"));
        assertThat(session.authenticate(gone)).isFalse();
        assertThat(session.user()).isSameAs(users.defaultUser());
    }
}
