package io.nvmredis.server.configuration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nvmredis.engine.access.UserLine;
import io.nvmredis.server.ConfigReader;
import io.nvmredis.server.Providers;
import io.nvmredis.server.ServerConfig;
import io.nvmredis.spi.errors.ConfigurationException;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GivenSettingsTest {
    private final SettingCatalog catalog = new SettingCatalog(Providers.all());

    private GivenSettings given(Map<String, String> others, String... lines) {
        ConfigurationText text = new ConfigurationText();
        text.readStream(new ByteArrayInputStream(String.join("\n", lines).getBytes(UTF_8)), "c");
        return new GivenSettings(catalog, text, others);
    }

    private ServerConfig read(String... lines) {
        return new ConfigReader(given(Map.of(), lines), Providers.all()).read();
    }

    private List<String> faults(String... lines) {
        return catchThrowableOfType(ConfigurationException.class, () -> read(lines))
                .faults();
    }

    @Test
    void shouldAddUpWhatRedisAddsUp() {
        GivenSettings given = given(
                Map.of(),
                "save 900 1",
                "save 300 10 60 10000",
                "client-output-buffer-limit normal 0 0 0",
                "client-output-buffer-limit pubsub 32mb 8mb 60",
                "port 1",
                "port 2");
        assertThat(given.values())
                .containsEntry("save", "900 1 300 10 60 10000")
                .containsEntry("client-output-buffer-limit", "normal 0 0 0 pubsub 32mb 8mb 60")
                .containsEntry("port", "2");
        assertThat(given(Map.of(), "save 900 1", "save \"\"", "save 5 5").values())
                .containsEntry("save", "5 5");
        assertThat(given(Map.of("save", "1 1", "port", "3"), "save 900 1", "port 2")
                        .values())
                .containsEntry("save", "1 1")
                .containsEntry("port", "3");
    }

    @Test
    void shouldKnowOlderNames() {
        assertThat(read("lua-time-limit 7", "persistence none").engineSettings())
                .containsEntry("busy-reply-threshold", "7");
        assertThat(read("hash-max-ziplist-entries 7", "persistence none").engineSettings())
                .containsEntry("hash-max-listpack-entries", "7");
    }

    @Test
    void shouldTellEveryFaultWithItsPlace() {
        assertThat(faults(
                        "prot 1",
                        "maxclients many",
                        "port 1 2",
                        "rename-command FLUSHALL \"\"",
                        "maxmemory-policy allkeys-lru",
                        "cluster-enabled yes",
                        "slowlog-max-len x",
                        "appendonly maybe",
                        "replicaof localhost 6379",
                        "auto-aof-rewrite-min-size 3x",
                        "loadmodule x.so",
                        "persistence aof"))
                .containsExactly(
                        "c:1: there is no setting 'prot'; did you mean port?",
                        "c:3: port takes one value, and has 2",
                        "c:4: rename-command: this server renames no commands; requirepass and the network keep"
                                + " clients off",
                        "c:11: loadmodule: this server loads no modules",
                        "c:2: maxclients 'many' is not a whole number from 1 to 2147483647",
                        "c:10: auto-aof-rewrite-min-size '3x' is not a size, such as 64mb",
                        "c:7: slowlog-max-len 'x': argument couldn't be parsed into an integer",
                        "c:8: appendonly is not one of these: yes, no",
                        "c:6: cluster-enabled: this server is no part of a cluster",
                        "c:5: maxmemory-policy: this server evicts no key: what does not fit is refused",
                        "c:9: replicaof: this server follows no other; 'import' brings the data of another in");
    }

    @Test
    void shouldWarnOnceOfWhatChangesNothing() {
        ServerConfig config = read(
                "hz 10",
                "hz 20",
                "databases 16",
                "dbfilename other.rdb",
                "stop-writes-on-bgsave-error no",
                "lua-replicate-commands yes",
                "daemonize no",
                "appendonly yes",
                "persistence aof");
        assertThat(config.warnings())
                .containsExactly(
                        "c:6: lua-replicate-commands changes nothing, as in Redis",
                        "c:5: stop-writes-on-bgsave-error is a setting of persistence rdb, but persistence is aof: it"
                                + " changes nothing",
                        "c:7: daemonize changes nothing here",
                        "c:2: hz changes nothing here");
        assertThat(config.engineSettings()).containsEntry("hz", "20");
    }

    /** A log that is not there must not be promised. */
    @Test
    void shouldRefuseALogThatThisPersistenceDoesNotKeep() {
        assertThat(faults("persistence rdb", "appendonly yes"))
                .singleElement()
                .asString()
                .startsWith("c:2: appendonly is yes, but persistence rdb has no log");
        assertThat(read("persistence rdb", "appendonly no").warnings()).isEmpty();
        assertThat(read("appendonly no", "persistence aof").warnings())
                .containsExactly("c:1: appendonly no changes nothing: persistence is aof");
    }

    @Test
    void shouldNotShowAPassword() {
        assertThat(faults("requirepass hidden words", "requirepass", "requirepass \"\\xffhidden\"")
                        .toString())
                .contains("c:1: requirepass takes one value, and has 2")
                .contains("c:3: requirepass must be text in UTF-8")
                .doesNotContain("hidden");
    }

    @Test
    void shouldHandOverUsers() {
        assertThat(given(Map.of(), "user alice on >secret ~* +@all", "USER bob off")
                        .userLines())
                .containsExactly(
                        new UserLine("c:1", List.of("user", "alice", "on", ">secret", "~*", "+@all")),
                        new UserLine("c:2", List.of("user", "bob", "off")));
    }

    /** What BGSAVE writes has its name from the settings beside any persistence. */
    @Test
    void shouldTakeTheNameOfACopy() {
        assertThat(read("dbfilename mine.rdb", "persistence none").effective()).containsEntry("dbfilename", "mine.rdb");
        assertThat(faults("dbfilename a/b", "persistence none"))
                .singleElement()
                .asString()
                .startsWith("c:1: dbfilename 'a/b'");
    }
}
