package io.nvmredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.catalog.ForeignSettings;
import io.nvmredis.engine.catalog.RedisSetting;
import io.nvmredis.spi.testkit.RealRedis;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CLIENT and CONFIG with right and wrong words, here and on a Redis 7.0: the same replies, to the letter. */
class ServerCommandsDifferentialTest {
    /** Depends on how a server was started. */
    private static final Set<String> OF_THE_START = Set.of(
            "appenddirname",
            "appendfilename",
            "appendonly",
            "bind",
            "daemonize",
            "dbfilename",
            "dir",
            "logfile",
            "pidfile",
            "port",
            "save");

    private static final List<String> VALUES = List.of(
            "",
            "yes",
            "No",
            "maybe",
            "0",
            "-1",
            "1",
            "7",
            "07",
            " 1",
            "1 2 3",
            "100",
            "101",
            "65536",
            "1k",
            "2MB",
            "1tb",
            "50%",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "always",
            "everysec now",
            "a_b",
            "99.9");

    private static final List<String> CLIENT_LINES = List.of(
            "client",
            "client bogus",
            "client getname",
            "client setname a",
            "client getname",
            "client setname a\tb",
            "client getname x",
            "client pause x",
            "client pause -1",
            "client pause 10 foo",
            "client pause 1 2 3",
            "client pause 0",
            "client unpause",
            "client unpause x",
            "client unblock 1 foo",
            "client unblock x",
            "client unblock 1 2 3",
            "client unblock 99999",
            "client unblock -1 error",
            "client kill",
            "client kill id",
            "client kill 127.0.0.1:1",
            "client kill id 0",
            "client kill id x",
            "client kill type foo",
            "client kill type pubsub",
            "client kill type master",
            "client kill user foo",
            "client kill user default addr 1.2.3.4:5",
            "client kill skipme maybe",
            "client kill foo bar",
            "client kill id 99999 id",
            "client kill laddr 1.2.3.4:5",
            "client list foo",
            "client list type x",
            "client list id x",
            "client list id",
            "client list type",
            "client list type replica",
            "client list type pubsub id 3",
            "client list id 99999",
            "client list id -1",
            "client caching yes",
            "client trackinginfo",
            "client getredir",
            "client tracking foo",
            "client tracking on foo",
            "client tracking off",
            "client tracking off foo",
            "client tracking on prefix a",
            "client tracking on bcast optin",
            "client tracking on optin optout",
            "client tracking on redirect 99999",
            "client tracking on bcast prefix a prefix ab",
            "client setinfo lib-name x",
            "client no-evict on",
            "client no-evict off",
            "client no-evict maybe",
            "client info x",
            "client id x",
            "client reply foo",
            "client reply",
            "client help x",
            "multi",
            "client getname",
            "client bogus",
            "exec",
            "multi",
            "client kill",
            "exec");

    private static final List<String> CONFIG_LINES = List.of(
            "config",
            "config bogus",
            "config set",
            "config set a",
            "config set a 1",
            "config set slowlog-max-len 1 a",
            "config get",
            "config get nothing",
            "config get TIMEOUT",
            "config set slowlog-max-len 5 slowlog-max-len 6",
            "config set slowlog-max-len 5 bogus 1",
            "config set slowlog-max-len 5 hz x",
            "config get slowlog-max-len",
            "config set slowlog-max-len 5 tcp-keepalive 7",
            "config get slowlog-max-len",
            "config set lua-time-limit 10 busy-reply-threshold 20",
            "config get lua-time-limit",
            "config set lua-time-limit 10 busy-reply-threshold 20",
            "config get busy-reply-threshold",
            "config set busy-reply-threshold 5000",
            "config set slave-priority 5 replica-priority 6",
            "config get slave-priority",
            "config get replica-priority",
            "config set hash-max-ziplist-entries 7",
            "config get hash-max-listpack-entries",
            "config set maxmemory-policy NOEVICTION timeout 0",
            "config get maxmemory-policy",
            "config resetstat x",
            "config rewrite x",
            "config help x",
            "config rewrite",
            "config resetstat",
            "config set notify-keyspace-events q",
            "config set notify-keyspace-events KEA",
            "config get notify-keyspace-events",
            "config set databases 16",
            "multi",
            "config bogus",
            "exec");

    private final TestClient client = new TestClient();

    @TempDir
    Path directory;

    private RealRedis redis;
    private RealRedis.Connection connection;

    @BeforeEach
    void start() {
        redis = RealRedis.start(directory, "--appendonly", "no");
        connection = redis.connect();
    }

    @AfterEach
    void stop() {
        redis.close();
        client.close();
    }

    private String theirs(String... words) {
        return connection.raw(words).replace("\r\n", "|");
    }

    private String ours(String... words) {
        return client.run(words).replace("\r\n", "|");
    }

    private void compare(List<String> lines) {
        List<String> different = new ArrayList<>();
        for (String line : lines) {
            String[] words = line.split(" ", -1);
            String ours = ours(words);
            String theirs = theirs(words);
            if (!ours.equals(theirs)) {
                different.add(line + "\n  here  " + ours + "\n  redis " + theirs);
            }
        }
        assertThat(different).isEmpty();
    }

    @Test
    void shouldAnswerClientAsRedis() {
        compare(CLIENT_LINES);
    }

    @Test
    void shouldAnswerConfigAsRedis() {
        compare(CONFIG_LINES);
    }

    /** Names and values from the start, and nothing else. */
    @Test
    void shouldKnowTheSettingsOfRedis() {
        String[] lines = theirs("CONFIG", "GET", "*").split("\\|", -1);
        Map<String, String> theirs = new TreeMap<>();
        for (int i = 2; i + 2 < lines.length; i += 4) {
            theirs.put(lines[i], lines[i + 2]);
        }
        Map<String, String> found = new TreeMap<>(new ForeignSettings().all());
        assertThat(found.keySet()).isEqualTo(theirs.keySet());
        found.keySet().removeAll(OF_THE_START);
        theirs.keySet().removeAll(OF_THE_START);
        assertThat(found).isEqualTo(theirs);
    }

    /** The settings that mean nothing here take what they take in Redis, and show it as there. */
    @Test
    void shouldTakeWhatRedisTakes() {
        List<String> different = new ArrayList<>();
        for (String name : new ForeignSettings().all().keySet()) {
            RedisSetting setting = ForeignSettings.find(name);
            if (OF_THE_START.contains(name) || isLooselyRead(name)) {
                continue;
            }
            for (String value : VALUES) {
                String said = ours("config", "set", name, value) + " " + ours("config", "get", name);
                String theirs = theirs("config", "set", name, value) + " " + theirs("config", "get", name);
                if (!said.equals(theirs)) {
                    different.add(
                            name + " " + value + " (" + setting.kind() + ")\n  here  " + said + "\n  redis " + theirs);
                }
            }
        }
        assertThat(different).isEmpty();
    }

    /** What Redis rounds, checks against the machine or another setting, or this server promises nothing about. */
    private static boolean isLooselyRead(String name) {
        return name.startsWith("tls-")
                || Set.of(
                                "activedefrag",
                                "busy-reply-threshold",
                                "client-output-buffer-limit",
                                "cluster-link-sendbuf-limit",
                                "hz",
                                "latency-tracking-info-percentiles",
                                "lua-time-limit",
                                "maxclients",
                                "maxmemory",
                                "maxmemory-clients",
                                "maxmemory-policy",
                                "min-replicas-to-write",
                                "min-slaves-to-write",
                                "notify-keyspace-events",
                                "oom-score-adj",
                                "oom-score-adj-values",
                                "proc-title-template",
                                "proto-max-bulk-len",
                                "requirepass",
                                "repl-backlog-size",
                                "timeout")
                        .contains(name);
    }
}
