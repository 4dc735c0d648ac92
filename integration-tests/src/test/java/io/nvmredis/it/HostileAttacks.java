package io.nvmredis.it;

import io.nvmredis.it.kit.RespClient;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The ways in which a server is attacked, each with sizes that its heap makes hostile. */
final class HostileAttacks {
    private static final int CONNECTIONS = 60;
    private static final int DATABASE = 1;

    private final int heapBytes;

    private HostileAttacks(int heapBytes) {
        this.heapBytes = heapBytes;
    }

    /** All of them, by name. */
    static Map<String, HostileClient.Attack> all(int heapBytes) {
        HostileAttacks attacks = new HostileAttacks(heapBytes);
        Map<String, HostileClient.Attack> all = new LinkedHashMap<>();
        all.put("random bytes", HostileAttacks::randomBytes);
        all.put("mangled requests", attacks::mangledRequests);
        all.put("random commands", attacks::randomCommands);
        all.put("more random commands", attacks::randomCommands);
        all.put("random transactions", attacks::randomTransactions);
        all.put("slow readers", attacks::slowReaders);
        all.put("half requests", attacks::halfRequests);
        all.put("large values", attacks::largeValues);
        all.put("scripts", HostileAttacks::scripts);
        all.put("waiting clients", HostileAttacks::waitingClients);
        all.put("subscribers", HostileAttacks::subscribers);
        return all;
    }

    private static void randomBytes(HostileClient client, Random random) throws IOException {
        Socket socket = client.connect();
        byte[] bytes = new byte[1 + random.nextInt(1 << random.nextInt(17))];
        random.nextBytes(bytes);
        if (random.nextBoolean()) {
            bytes[0] = '*';
        }
        socket.getOutputStream().write(bytes);
        socket.shutdownOutput();
        client.readSome(socket);
    }

    /** Real requests with bytes changed, left out or said twice. */
    private void mangledRequests(HostileClient client, Random random) throws IOException {
        Socket socket = begin(client);
        for (int i = 0; i < 50 && !client.isOver(); i++) {
            byte[] request = encode(new HostileCommands(random, heapBytes / 64).next());
            for (int j = random.nextInt(4); j > 0; j--) {
                int at = random.nextInt(Math.min(request.length, 40));
                request[at] = (byte) "*$:+-0123456789\r\n\0".charAt(random.nextInt(18));
            }
            socket.getOutputStream().write(request);
        }
        client.readSome(socket);
    }

    private void randomCommands(HostileClient client, Random random) throws IOException {
        Socket socket = begin(client);
        HostileCommands commands = new HostileCommands(random, heapBytes / 8);
        for (int i = 0; i < 200 && !client.isOver(); i++) {
            socket.getOutputStream().write(encode(commands.next()));
            client.readSome(socket);
        }
    }

    private void randomTransactions(HostileClient client, Random random) throws IOException {
        Socket socket = begin(client);
        HostileCommands commands = new HostileCommands(random, heapBytes / 32);
        for (int i = 0; i < 10 && !client.isOver(); i++) {
            socket.getOutputStream().write(encode(List.of("MULTI")));
            client.readSome(socket);
            for (int j = random.nextInt(300); j > 0 && !client.isOver(); j--) {
                socket.getOutputStream().write(encode(commands.next()));
                client.readSome(socket);
            }
            socket.getOutputStream().write(encode(List.of(random.nextInt(5) == 0 ? "DISCARD" : "EXEC")));
            client.readSome(socket);
        }
    }

    /** Ask for much and read nothing. */
    private void slowReaders(HostileClient client, Random random) throws IOException {
        Socket first = begin(client);
        first.getOutputStream().write(encode(List.of("SET", "large", "x".repeat(heapBytes / 256))));
        client.readSome(first);
        for (int i = 0; i < CONNECTIONS / 4 && !client.isOver(); i++) {
            Socket socket = begin(client);
            OutputStream output = socket.getOutputStream();
            for (int j = 0; j < 400; j++) {
                output.write(encode(random.nextInt(9) == 0 ? List.of("COMMAND") : List.of("GET", "large")));
            }
        }
        client.readSome(first);
    }

    /** Announce much, send most of it, and wait. */
    private void halfRequests(HostileClient client, Random random) throws IOException {
        byte[] part = new byte[64 << 10];
        Socket last = null;
        for (int i = 0; i < CONNECTIONS && !client.isOver(); i++) {
            int length = heapBytes / (4 << random.nextInt(8));
            last = client.connect();
            OutputStream output = last.getOutputStream();
            output.write(("*3\r\n$3\r\nSET\r\n$4\r\nhalf\r\n$" + length + "\r\n").getBytes(RespClient.BYTES));
            for (int sent = 0; sent < length - part.length && !client.isOver(); sent += part.length) {
                output.write(part);
            }
        }
        if (last != null) {
            client.readSome(last);
        }
    }

    /** Write what the heap can hardly hold, make it longer, and read it many times over. */
    private void largeValues(HostileClient client, Random random) throws IOException {
        Socket socket = begin(client);
        String value = "x".repeat(heapBytes / (4 << random.nextInt(6)));
        List<List<String>> commands = new ArrayList<>();
        commands.add(List.of("SET", "big", value));
        commands.add(List.of("APPEND", "big", value));
        commands.add(List.of("HSET", "hash", "f" + random.nextInt(100), value));
        commands.add(List.of("RPUSH", "list", value, value, value));
        commands.add(List.of("MGET", "big", "big", "big", "big", "big", "big", "big", "big"));
        commands.add(List.of("HGETALL", "hash"));
        commands.add(List.of("LRANGE", "list", "0", "-1"));
        commands.add(List.of("COPY", "big", "big" + random.nextInt(50)));
        commands.add(List.of("RENAME", "big", "big" + random.nextInt(50)));
        commands.add(List.of("SETRANGE", "big", "" + random.nextInt(Integer.MAX_VALUE), "x"));
        commands.add(List.of("SORT", "list", "ALPHA", "STORE", "sorted"));
        for (int i = 0; i < 30 && !client.isOver(); i++) {
            socket.getOutputStream().write(encode(commands.get(random.nextInt(commands.size()))));
            client.readSome(socket);
        }
    }

    private static final String[] SCRIPTS = {
        "local s='a' while true do s=s..s end",
        "return string.rep('x', N)",
        "local t={} for i=1,N do t[i]=i end return t",
        "local t={} for i=1,N do t[i]=string.rep('x',1000)..i end return t",
        "return {unpack({}, 1, N)}",
        "return string.format('%N.5d', 1)",
        "local function f() return f() + 1 end return f()",
        "local function f() return f() end return f()",
        "return cjson.decode(string.rep('[', N))",
        "local t={} t.t=t return cjson.encode(t)",
        "return string.find(string.rep('a', 50000), string.rep('a?', 50000)..'b')",
        "return string.gsub(string.rep('a', 1000000), '.', '%0%0%0%0')",
        "local t={} for i=1,N do t[i]=coroutine.wrap(function() coroutine.yield() end) t[i]() end",
        "for i=1,N do redis.call('GET', 'large') end",
        "local t={} for i=1,N do t[i]=redis.call('GET', 'large') end",
        "return redis.call('SET', string.rep('k', N), 'v')",
        "error(string.rep('e', N))",
        "return redis.error_reply(string.rep('e', N))",
        "for i=1,N do redis.call('RPUSH', 'list', i) end",
        "while true do end",
        "setmetatable(_G, nil) x = 1",
        "string.rep = nil",
        "return table.concat({}, 'x', 1, N)",
        "local t = setmetatable({}, {__index=function(t, k) return t[k+1] end}) return t[1]",
        "return #KEYS[N]",
    };

    private static void scripts(HostileClient client, Random random) throws IOException {
        Socket socket = begin(client);
        for (int i = 0; i < 10 && !client.isOver(); i++) {
            String script = SCRIPTS[random.nextInt(SCRIPTS.length)]
                    .replace("N", "" + (1L << random.nextInt(33)))
                    .replace("%0", "%%0");
            socket.getOutputStream().write(encode(List.of("EVAL", script, "0")));
            client.readSome(socket);
        }
    }

    /** Wait for what may come, and go away while they wait. */
    private static void waitingClients(HostileClient client, Random random) throws IOException {
        for (int i = 0; i < CONNECTIONS && !client.isOver(); i++) {
            Socket socket = begin(client);
            List<String> command = switch (random.nextInt(4)) {
                case 0 -> List.of("BLPOP", "wait" + i % 7, "list", "" + random.nextInt(3));
                case 1 -> List.of("BRPOPLPUSH", "wait" + i % 7, "wait" + i % 5, "0");
                case 2 -> List.of("XREAD", "BLOCK", "" + random.nextInt(900), "STREAMS", "stream", "$");
                default -> List.of("BZPOPMIN", "waitz" + i % 7, "1");
            };
            socket.getOutputStream().write(encode(command));
        }
        Socket socket = begin(client);
        for (int i = 0; i < CONNECTIONS && !client.isOver(); i++) {
            socket.getOutputStream().write(encode(List.of("RPUSH", "wait" + i % 7, "element")));
            client.readSome(socket);
        }
    }

    /** Subscribe with patterns that backtracking matchers do not finish, and do not read. */
    private static void subscribers(HostileClient client, Random random) throws IOException {
        for (int i = 0; i < CONNECTIONS / 4; i++) {
            Socket socket = begin(client);
            socket.getOutputStream().write(encode(List.of("PSUBSCRIBE", "a*".repeat(20 + i) + "b", "a*")));
            client.readSome(socket);
        }
        Socket publisher = begin(client);
        for (int i = 0; i < 200 && !client.isOver(); i++) {
            String message = "m".repeat(1 << random.nextInt(20));
            publisher.getOutputStream().write(encode(List.of("PUBLISH", "a".repeat(100), message)));
            client.readSome(publisher);
        }
    }

    /** A connection to the database that is not the witness's. */
    private static Socket begin(HostileClient client) throws IOException {
        Socket socket = client.connect();
        socket.getOutputStream().write(encode(List.of("SELECT", "" + DATABASE)));
        if (client.readSome(socket) != '+') {
            throw new IOException("busy");
        }
        return socket;
    }

    private static byte[] encode(List<String> command) {
        StringBuilder request = new StringBuilder();
        request.append('*').append(command.size()).append("\r\n");
        for (String word : command) {
            request.append('$')
                    .append(word.length())
                    .append("\r\n")
                    .append(word)
                    .append("\r\n");
        }
        return request.toString().getBytes(RespClient.BYTES);
    }
}
