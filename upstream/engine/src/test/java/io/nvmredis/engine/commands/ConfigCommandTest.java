package io.nvmredis.engine.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.TestClient;
import io.nvmredis.spi.errors.ConfigurationException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConfigCommandTest {
    private final Map<String, String> settings =
            new TreeMap<>(Map.of("maxclients", "10", "maxidle", "5", "dir", "/data"));
    private final TestClient client = new TestClient(new Settings());

    /** Settings of which each may be set to a number, but {@code dir}. */
    private final class Settings extends TestClient.NoContext {
        Settings() {
            super(Long.MAX_VALUE / 2);
        }

        @Override
        public Map<String, String> settings() {
            return settings;
        }

        @Override
        public void configure(Map<String, String> changes) {
            List<String> faults = changes.entrySet().stream()
                    .filter(change ->
                            change.getKey().equals("dir") || !change.getValue().matches("\\d+"))
                    .map(change -> change.getKey() + " is bad")
                    .toList();
            if (!faults.isEmpty()) {
                throw new ConfigurationException(faults);
            }
            settings.putAll(changes);
        }
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void shouldShowWhatMatchesOnce() {
        assertThat(client.run("CONFIG", "GET", "MAXI*", "maxclients", "maxcl*"))
                .isEqualTo("*4\r\n$10\r\nmaxclients\r\n$2\r\n10\r\n$7\r\nmaxidle\r\n$1\r\n5\r\n");
        assertThat(client.run("CONFIG", "GET", "MAXidle", "maxi*")).contains("\r\nMAXidle\r\n");
        assertThat(client.run("CONFIG", "GET", "maxi*", "MAXidle")).contains("\r\nmaxidle\r\n");
        assertThat(client.run("config", "get", "nothing")).isEqualTo("*0\r\n");
        assertThat(client.run("config", "get", "appendonly")).isEqualTo("*2\r\n$10\r\nappendonly\r\n$3\r\nyes\r\n");
    }

    @Test
    void shouldChangeAllOrNone() {
        assertThat(client.run("config", "set", "maxclients", "11", "maxidle", "x"))
                .isEqualTo("-ERR CONFIG SET failed (possibly related to argument 'maxidle') - maxidle is bad\r\n");
        assertThat(client.run("config", "set", "lua-time-limit", "7", "dir", "/tmp"))
                .startsWith("-ERR CONFIG SET failed (possibly related to argument 'dir')");
        assertThat(client.run("config", "get", "lua-time-limit", "maxclients")).doesNotContain("\r\n7\r\n", "11");
        assertThat(client.run(
                        "config", "set", "MaxClients", "11", "lua-time-limit", "7", "notify-keyspace-events", "KEA"))
                .isEqualTo("+OK\r\n");
        assertThat(client.run("config", "get", "maxclients", "busy-reply-threshold", "notify*"))
                .contains("$2\r\n11\r\n", "busy-reply-threshold\r\n$1\r\n7\r\n", "AKE");
    }

    @Test
    void shouldRefuseWhatIsNotKnownOrRight() {
        assertThat(client.run("config", "set", "maxclients", "1", "bogus", "1"))
                .isEqualTo("-ERR Unknown option or number of arguments for CONFIG SET - 'bogus'\r\n");
        assertThat(client.run("config", "set", "maxclients", "1", "maxclients", "2"))
                .contains("duplicate parameter");
        assertThat(client.run("config", "set", "notify-keyspace-events", "q")).contains("'notify-keyspace-events'");
        assertThat(client.run("config", "set", "lua-time-limit", "-1")).contains("'lua-time-limit'");
        assertThat(client.run("config", "set", "maxclients")).contains("wrong number of arguments for 'config|set'");
        assertThat(client.run("config", "get")).contains("wrong number of arguments for 'config|get'");
        assertThat(client.run("config", "rewrite")).isEqualTo("-ERR The server is running without a config file\r\n");
        assertThat(client.run("config", "bogus")).contains("Try CONFIG HELP");
        assertThat(client.run("config", "set", "appendonly", "yes")).isEqualTo("+OK\r\n");
        assertThat(client.run("config", "set", "appendonly", "no"))
                .contains("can't be changed while the server runs", "--persistence");
    }

    @Test
    void shouldNotPromiseToEvict() {
        assertThat(client.run("config", "set", "maxmemory-policy", "allkeys-lru"))
                .startsWith(
                        "-ERR CONFIG SET failed (possibly related to argument 'maxmemory-policy') - this server evicts");
        assertThat(client.run("config", "set", "maxmemory-policy", "NoEviction"))
                .isEqualTo("+OK\r\n");
        assertThat(client.run("info", "memory")).contains("\r\nmaxmemory_policy:noeviction\r\n");
    }

    /** As in Redis 7.0 that is not the same parameter twice. */
    @Test
    void shouldTakeTheLastOfTwoNamesOfOneSetting() {
        assertThat(client.run("config", "set", "lua-time-limit", "10", "busy-reply-threshold", "5000"))
                .isEqualTo("+OK\r\n");
        assertThat(client.run("config", "get", "lua-time-limit")).endsWith("\r\n$4\r\n5000\r\n");
        client.run("config", "set", "busy-reply-threshold", "20", "lua-time-limit", "10");
        assertThat(client.run("config", "get", "busy-reply-threshold")).endsWith("\r\n$2\r\n10\r\n");
    }

    @Test
    void shouldForgetStatistics() {
        client.run("get", "a");
        assertThat(client.run("info", "stats")).contains("keyspace_misses:1");
        assertThat(client.run("config", "resetstat")).isEqualTo("+OK\r\n");
        assertThat(client.run("info", "stats")).contains("keyspace_misses:0");
    }
}
