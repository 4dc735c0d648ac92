package io.nvmredis.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MasterAddressTest {
    private final List<String> faults = new ArrayList<>();

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "redis://example.org, example.org, 6379, null, null",
                "redis://example.org/, example.org, 6379, null, null",
                "rediss://me:secret@example.org:1, example.org, 1, me, secret",
                "redis://127.0.0.1:7000, 127.0.0.1, 7000, null, null",
                "redis://[::1]:7000, ::1, 7000, null, null",
                "redis://:secret@example.org, example.org, 6379, null, secret",
                "redis://secret@example.org, example.org, 6379, null, secret",
                "redis://me:secret@example.org:1, example.org, 1, me, secret",
                "redis://me:a:b%40c@example.org, example.org, 6379, me, a:b@c"
            })
    void shouldReadEveryForm(String source, String host, int port, String user, String password) {
        assertThat(MasterAddress.parse(source, faults))
                .isEqualTo(new MasterAddress(host, port, user, password, source.startsWith("rediss")));
        assertThat(faults).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "redisss://me:secret@example.org | is not of the form",
                "redis://me:secret@example.org/3 | leave /3 out",
                "redis://me:secret@ | is not of the form",
                "redis://me:secret@a b | is not of the form",
                "http://me:secret@example.org | is not of the form"
            })
    void shouldSayWhatIsWrongWithoutThePassword(String source, String fault) {
        assertThat(MasterAddress.parse(source, faults)).isNull();
        assertThat(faults).singleElement().asString().contains(fault).doesNotContain("secret");
    }

    @Test
    void shouldShowNoPassword() {
        assertThat(new MasterAddress("::1", 7000, "me", "secret", false)).hasToString("redis://[::1]:7000");
        assertThat(new MasterAddress("a", 1, null, null, true)).hasToString("rediss://a:1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dump.rdb", "/data/redis:6379/dump.rdb"})
    void shouldLeaveFilesToOthers(String source) {
        assertThat(MasterAddress.isMeantBy(source)).isFalse();
        assertThat(MasterAddress.isMeantBy("redis://" + source)).isTrue();
    }
}
