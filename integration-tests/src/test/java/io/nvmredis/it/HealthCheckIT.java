package io.nvmredis.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.it.kit.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The image's health check, asked outside a container, of a port that answers as a server does in each of its states. */
class HealthCheckIT {
    private static final String SCRIPT = "../upstream/assembly/healthcheck";

    private ServerSocket listener;

    @BeforeEach
    void listen() throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
    }

    /** Answers the lines of one client, and returns those that it sent. */
    private CompletableFuture<List<String>> serve(String... answers) {
        return CompletableFuture.supplyAsync(() -> answer(answers));
    }

    private List<String> answer(String... answers) {
        List<String> lines = new ArrayList<>();
        try (Socket client = listener.accept();
                BufferedReader reader = new BufferedReader(new InputStreamReader(client.getInputStream(), UTF_8))) {
            for (String answer : answers) {
                String line;
                do {
                    line = reader.readLine();
                    lines.add(line);
                } while (line != null && !line.equals("PING") && !line.equals("secret"));
                client.getOutputStream().write((answer + "\r\n").getBytes(UTF_8));
            }
        } catch (IOException e) {
            lines.add(e.toString());
        }
        return lines;
    }

    private List<String> check(String password) throws IOException, InterruptedException {
        return Program.run(
                "env",
                "NVM_REDIS_PORT=" + listener.getLocalPort(),
                "NVM_REDIS_REQUIREPASS=" + password,
                "bash",
                SCRIPT);
    }

    @Test
    void shouldBeHealthyIfTheServerAnswers() throws Exception {
        CompletableFuture<List<String>> sent = serve("+PONG");
        assertThat(check("")).containsExactly("+PONG");
        assertThat(sent.get()).containsExactly("PING");
    }

    @Test
    void shouldNotBeHealthyWhileTheServerLoads() throws Exception {
        CompletableFuture<List<String>> sent = serve("-LOADING Redis is loading the dataset in memory");
        assertThatThrownBy(() -> check("")).hasMessageContaining("status 1").hasMessageContaining("-LOADING");
        assertThat(sent.get()).containsExactly("PING");
    }

    @Test
    void shouldNotBeHealthyIfNobodyListens() throws IOException {
        listener.close();
        assertThatThrownBy(() -> check("")).hasMessageContaining("status 1");
    }

    @Test
    void shouldGiveThePassword() throws Exception {
        CompletableFuture<List<String>> sent = serve("+OK", "+PONG");
        assertThat(check("secret")).containsExactly("+PONG");
        assertThat(sent.get()).containsExactly("*2", "$4", "AUTH", "$6", "secret", "PING");
    }

    @Test
    void shouldNotBeHealthyWhileTheServerWithAPasswordLoads() throws Exception {
        CompletableFuture<List<String>> sent = serve("+OK", "-LOADING Redis is loading the dataset in memory");
        assertThatThrownBy(() -> check("secret"))
                .hasMessageContaining("status 1")
                .hasMessageContaining("-LOADING");
        assertThat(sent.get()).hasSize(6);
    }

    /** The password is another since the start, of which the check does not know. */
    @Test
    void shouldBeHealthyIfTheServerTellsAStrangerNothing() throws Exception {
        CompletableFuture<List<String>> sent = serve("-NOAUTH Authentication required.");
        assertThat(check("")).containsExactly("-NOAUTH Authentication required.");
        assertThat(sent.get()).containsExactly("PING");
    }
}
