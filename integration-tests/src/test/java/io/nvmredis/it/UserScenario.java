package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.kit.RespClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Clients of two servers that do the same, step by step; the replies have to be the same. */
final class UserScenario implements AutoCloseable {
    /** Commands that Redis 7.0 lacks, in a description of rules. */
    private static final String NEW = " [+-](hp?expire(at|time)?|hp?ttl|hpersist|waitaof|client\\|no-touch)(?=[ )]|$)";

    /** Fields of a client's description that are not the same in two servers. */
    private static final String OWN_FIELDS =
            "\\b(id|addr|laddr|fd|age|idle|qbuf|qbuf-free|argv-mem|multi-mem|rbs|rbp|obl|oll|omem|tot-mem|events)=[^ \"]*";

    private final List<Integer> ports;
    /** The clients of both servers by their letter. */
    private final Map<Character, List<RespClient>> clients = new HashMap<>();

    /** Makes both servers empty. */
    UserScenario(int... ports) throws IOException {
        this.ports = Arrays.stream(ports).boxed().toList();
        for (int port : ports) {
            try (RespClient client = new RespClient(port)) {
                clear(client);
            }
        }
    }

    /** Removes all users and data. */
    static void clear(RespClient client) throws IOException {
        for (String command : List.of(
                "ACL SETUSER default reset on nopass +@all ~* &*",
                "CONFIG SET acl-pubsub-default resetchannels",
                "CONFIG SET acllog-max-len 128",
                "ACL LOG RESET",
                "FUNCTION FLUSH",
                "FLUSHALL")) {
            assertThat(client.call(command.split(" ", -1))).as(command).isEqualTo("OK");
        }
        client.call("CONFIG", "SET", "requirepass", "");
        for (Object user : (List<?>) client.call("ACL", "USERS")) {
            if (!user.equals("default")) {
                client.call("ACL", "DELUSER", (String) user);
            }
        }
    }

    /** Does what a line says: see {@code acl-scenarios.txt}. */
    void step(String line) {
        List<RespClient> both = clients.computeIfAbsent(line.charAt(0), letter -> connect());
        try {
            switch (line.charAt(1)) {
                case 'x' -> {
                    for (RespClient each : both) {
                        assertThatThrownBy(each::receive).as(line).isInstanceOf(IOException.class);
                    }
                }
                case '<' ->
                    assertThat(both.get(0).receiveAll())
                            .as(line)
                            .isEqualTo(both.get(1).receiveAll());
                case '!' -> {
                    for (int i = 0; i < both.size(); i++) {
                        both.get(i).send(AclIT.words(line.substring(2)));
                        both.get(i).flush();
                        awaitBlocked(ports.get(i));
                    }
                }
                default -> call(line, both, AclIT.words(line.substring(2)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(line, e);
        }
    }

    private List<RespClient> connect() {
        List<RespClient> connected = new ArrayList<>();
        try {
            for (int port : ports) {
                connected.add(new RespClient(port));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return connected;
    }

    private static void awaitBlocked(int port) throws IOException {
        try (RespClient client = new RespClient(port)) {
            await().until(() -> client.callExactly("INFO", "clients").contains("blocked_clients:1"));
        }
    }

    private static void call(String line, List<RespClient> both, String... command) throws IOException {
        if (line.contains("ACL GETUSER") || line.contains("ACL LIST")) {
            assertThat(comparable(both.get(0).call(command)))
                    .as(line)
                    .isEqualTo(comparable(both.get(1).call(command)));
        } else {
            assertThat(withoutOwn(both.get(0).callExactly(command)))
                    .as(line)
                    .isEqualTo(withoutOwn(both.get(1).callExactly(command)));
        }
    }

    private static String withoutOwn(String reply) {
        return reply.replaceAll(OWN_FIELDS, "$1")
                .replaceAll("\"(age-seconds|version)\", \"[^\"]*\"", "$1")
                .replaceAll("\"id\", \\d+", "id");
    }

    /** Returns a reply with the words of each description of rules in one order, without commands that are new. */
    static Object comparable(Object reply) {
        if (reply instanceof List<?> elements) {
            return elements.stream().map(UserScenario::comparable).toList();
        }
        if (reply instanceof String text && text.contains("@all")) {
            String[] words = text.replaceAll(NEW, "")
                    .replace("(", "( ")
                    .replace(")", " )")
                    .split(" ", -1);
            Arrays.sort(words);
            return String.join(" ", words);
        }
        return reply == null ? "nil" : reply;
    }

    @Override
    public void close() throws IOException {
        for (List<RespClient> both : clients.values()) {
            for (RespClient each : both) {
                each.close();
            }
        }
    }
}
