package io.nvmredis.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdleClientsTest {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private NvmRedisServer.Builder server() {
        return NvmRedisServer.builder().port(0).dir(directory).persistence("none");
    }

    @Test
    void shouldDisconnectWhoDoesNothingAndNobodyElse() throws Exception {
        try (NvmRedisServer server = server().build().start();
                RawClient idle = new RawClient(server.port());
                RawClient waiting = new RawClient(server.port());
                RawClient subscribed = new RawClient(server.port());
                RawClient busy = new RawClient(server.port())) {
            assertThat(idle.call("PING")).endsWith("PONG");
            waiting.send("BLPOP", "list", "0");
            subscribed.send("SUBSCRIBE", "channel");
            await().atMost(DEADLINE).until(() -> server.connectedClients() == 4);
            assertThat(busy.call("CONFIG", "SET", "timeout", "4")).endsWith("OK");
            await().atMost(DEADLINE).until(() -> {
                assertThat(busy.call("PING")).endsWith("PONG");
                return server.connectedClients() == 3;
            });
            assertThat(busy.call("PUBLISH", "channel", "m")).endsWith("1");
            assertThat(busy.call("RPUSH", "list", "v")).endsWith("1");
            assertThat(busy.call("EXISTS", "list"))
                    .as("the waiting client has taken it")
                    .endsWith("0");
        }
    }

    @Test
    void shouldListenOnEachAddressThatIsThere() throws IOException {
        try (NvmRedisServer server = server().setting("bind", "127.0.0.1 -192.0.2.1 127.0.0.2")
                .build()
                .start()) {
            for (String address : new String[] {"127.0.0.1", "127.0.0.2"}) {
                try (Socket socket = new Socket()) {
                    socket.connect(new InetSocketAddress(address, server.port()), 20_000);
                    assertThat(socket.isConnected()).as(address).isTrue();
                }
            }
        }
    }

    @Test
    void shouldListenOnAllAddresses() throws IOException {
        try (NvmRedisServer server = server().setting("bind", "* -::*").build().start()) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.3", server.port()), 20_000);
                assertThat(socket.isConnected()).isTrue();
            }
        }
    }
}
