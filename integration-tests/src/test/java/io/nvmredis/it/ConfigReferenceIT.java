package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commented configuration file of the distribution says what is so. */
class ConfigReferenceIT {
    private static final Path REFERENCE = Path.of("..", "upstream", "assembly", "nvm-redis.conf");
    private static final Pattern SETTING = Pattern.compile("#([a-z][a-z0-9-]*) (.+)");
    private static final Pattern OPTION = Pattern.compile("\\s+--([a-z0-9-]+)=<value>.*");
    private static final String RUN_TIME = "[run time";

    /** Another valid value of settings that are neither a number nor yes or no. */
    private static final Map<String, String> OTHERS = Map.of(
            "client-output-buffer-limit", "pubsub 1mb 1mb 1",
            "notify-keyspace-events", "KEA",
            "latency-tracking-info-percentiles", "50",
            "appendfsync", "no",
            "acl-pubsub-default", "allchannels",
            "tls-auth-clients", "optional",
            "tls-protocols", "TLSv1.3",
            "save", "1 1");

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private static List<String> lines() throws IOException {
        return Files.readAllLines(REFERENCE);
    }

    private static Set<String> names() throws IOException {
        Set<String> names = new TreeSet<>();
        for (String line : lines()) {
            Matcher setting = SETTING.matcher(line);
            if (setting.matches()) {
                names.add(setting.group(1));
            }
        }
        return names;
    }

    /** Names of which the comment in front of them says that they can be changed at run time. */
    private static Set<String> changeable() throws IOException {
        Set<String> changeable = new HashSet<>();
        boolean isMarked = false;
        for (String line : lines()) {
            Matcher setting = SETTING.matcher(line);
            if (line.isEmpty()) {
                isMarked = false;
            } else if (!setting.matches()) {
                isMarked |= line.contains(RUN_TIME);
            } else if (isMarked) {
                changeable.add(setting.group(1));
            }
        }
        return changeable;
    }

    private Path uncommented(String persistence) throws IOException {
        List<String> lines = lines().stream()
                .map(line -> SETTING.matcher(line).matches() ? line.substring(1) : line)
                .map(line -> line.startsWith("persistence ") ? "persistence " + persistence : line)
                .toList();
        return Files.write(directory.path("nvm-redis.conf"), lines);
    }

    private static Map<String, String> settings(ServerProcess server) throws IOException, InterruptedException {
        Map<String, String> settings = new TreeMap<>();
        try (RespClient client = server.connect()) {
            List<?> found = (List<?>) client.call("CONFIG", "GET", "*");
            for (int i = 0; i < found.size(); i += 2) {
                settings.put((String) found.get(i), (String) found.get(i + 1));
            }
        }
        settings.remove("port");
        return settings;
    }

    @Test
    void shouldHaveEverySettingAndNoOther() throws Exception {
        Set<String> options = new TreeSet<>();
        for (String line : directory.command("--help").run().out()) {
            Matcher option = OPTION.matcher(line);
            if (option.matches()) {
                options.add(option.group(1));
            }
        }
        assertThat(options).contains("port", "nvm-domain", "appendfsync", "save", "slowlog-max-len");
        assertThat(names()).isEqualTo(options);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nvm-aof", "aof", "rdb", "none"})
    void shouldShowTheDefaults(String persistence) throws Exception {
        Map<String, String> expected;
        try (ServerProcess server =
                directory.server().with("--persistence", persistence).start()) {
            expected = settings(server);
            assertThat(server.terminate().status()).isZero();
        }
        try (ServerProcess server =
                directory.server().configured(uncommented(persistence)).start()) {
            assertThat(settings(server)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nvm-aof", "aof", "rdb"})
    void shouldSayWhatCanBeChangedAtRunTime(String persistence) throws Exception {
        Set<String> changeable = changeable();
        Set<String> names = names();
        try (ServerProcess server = directory
                        .server()
                        .with("--persistence", persistence, "--enable-protected-configs", "yes")
                        .start();
                RespClient client = server.connect()) {
            Map<String, String> settings = settings(server);
            settings.keySet().retainAll(names);
            if (!persistence.equals("rdb")) {
                settings.remove("save");
            }
            assertThat(settings).hasSizeGreaterThan(20);
            for (Map.Entry<String, String> setting : settings.entrySet()) {
                Object reply =
                        client.call("CONFIG", "SET", setting.getKey(), other(setting.getKey(), setting.getValue()));
                if (changeable.contains(setting.getKey())) {
                    assertThat(reply).as(setting.getKey()).isEqualTo("OK");
                } else {
                    assertThat(reply.toString()).as(setting.getKey()).containsAnyOf("can't", "cannot be changed");
                }
            }
        }
    }

    private static String other(String name, String value) {
        if (OTHERS.containsKey(name)) {
            return OTHERS.get(name);
        }
        if (value.matches("\\d+")) {
            return Long.toString(Long.parseLong(value) + 1);
        }
        return value.equals("yes") ? "no" : value.equals("no") ? "yes" : "other";
    }
}
