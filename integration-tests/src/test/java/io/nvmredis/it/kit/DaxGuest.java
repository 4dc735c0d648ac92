package io.nvmredis.it.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A running guest of a {@link DaxMachine}, with one server at a time in it.
 *
 * <p>A shell in the guest takes commands. What a server says goes to files that guest and host share; how it ends, the
 * shell says. One thread at a time.
 */
public final class DaxGuest implements AutoCloseable {
    /** Processors in software are slow, and the machine that emulates them may be busy. */
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    private static final Duration BOOT_DEADLINE = Duration.ofMinutes(4);
    /** What a power cut looks like to the script: the machine has died. */
    private static final int DIED = 125;
    /** A JVM that starts quickly, and does not compile for longer than the server runs. */
    private static final String[] JVM = {"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"};
    /** The guest's address, which QEMU's network gives to it. */
    private static final String ADDRESS = "10.0.2.15";

    private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./*-]+");
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroy)));
    }

    private final Process script;
    private final ProcessOutput shell;
    private final OutputStream commands;
    private final Path directory;
    private final int port;
    private int servers;

    DaxGuest(Process script, Path directory, int port) {
        this.script = script;
        this.shell = new ProcessOutput(script.getInputStream(), "output of the guest");
        this.commands = script.getOutputStream();
        this.directory = directory;
        this.port = port;
        RUNNING.add(script);
    }

    void awaitBoot() throws IOException {
        send("echo booted");
        awaitLine("booted", BOOT_DEADLINE);
    }

    /** Starts a server and waits until it is ready. */
    public Banner start(ServerProcess.Builder server) throws IOException {
        launch(server);
        await("the banner")
                .atMost(DEADLINE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> !script.isAlive() || hasEnded() || banner().isPresent());
        return banner().orElseThrow(() -> new AssertionError("the server in the guest did not start; " + said()));
    }

    /** Starts a server and does not wait for anything. */
    void launch(ServerProcess.Builder server) throws IOException {
        servers++;
        server.jvm(JVM).set("--bind", ADDRESS).set("--port", Integer.toString(port));
        // The tests are not on the guest's own machine.
        server.set("--protected-mode", "no");
        String command = server.command().stream().map(DaxGuest::quote).collect(Collectors.joining(" "));
        send(String.format(
                Locale.ROOT,
                "{ %2$s >/host/%1$d.out 2>/host/%1$d.err & echo $! >/run/server; echo started %1$d; wait $!;"
                        + " echo ended %1$d $?; } &",
                servers,
                command));
        awaitLine("started " + servers, DEADLINE);
    }

    /** Starts a server that is expected to end by itself. */
    public ServerProcess.Exit run(ServerProcess.Builder server) throws IOException {
        launch(server);
        return awaitExit();
    }

    public RespClient connect() throws IOException {
        return new RespClient(port);
    }

    public int port() {
        return port;
    }

    /** {@code kill -9} of the server; returns when it is gone. */
    public void killServer() throws IOException {
        send("kill -KILL $(</run/server)");
        assertThat(awaitExit().status()).as("exit status of a killed server").isEqualTo(128 + 9);
    }

    /** {@code kill -9} of the whole machine; returns when it is gone. */
    public void cutPower() throws IOException, InterruptedException {
        long pid = Long.parseLong(Files.readString(directory.resolve("pid")).strip());
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        assertThat(script.waitFor(DEADLINE.toNanos(), TimeUnit.NANOSECONDS))
                .as("the script ends with QEMU")
                .isTrue();
        assertThat(script.exitValue()).as("a guest that was cut off; " + said()).isEqualTo(DIED);
    }

    /** Lets it run for so long. */
    public void runFor(Duration duration) throws InterruptedException {
        assertThat(script.waitFor(duration.toNanos(), TimeUnit.NANOSECONDS))
                .as("the guest has ended by itself")
                .isFalse();
    }

    @Override
    public void close() {
        // The script ends QEMU, and whatever else it has started, when it is told to end; they end with it in any case.
        script.destroy();
        try {
            script.onExit().orTimeout(DEADLINE.toSeconds(), TimeUnit.SECONDS).join();
        } finally {
            script.destroyForcibly();
            RUNNING.remove(script);
        }
    }

    private ServerProcess.Exit awaitExit() {
        String ended = "ended " + servers + " ";
        String line = awaitLine(ended, DEADLINE);
        return new ServerProcess.Exit(
                Integer.parseInt(line.substring(ended.length())), linesOf(".out"), linesOf(".err"));
    }

    private boolean hasEnded() {
        return shell.lines().stream().anyMatch(line -> line.startsWith("ended " + servers + " "));
    }

    private Optional<Banner> banner() {
        return Banner.find(linesOf(".out"));
    }

    private List<String> linesOf(String ending) {
        try {
            return Files.readAllLines(directory.resolve("host").resolve(servers + ending), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void send(String command) throws IOException {
        commands.write((command + "\n").getBytes(StandardCharsets.UTF_8));
        commands.flush();
    }

    private String awaitLine(String beginning, Duration deadline) {
        try {
            await().atMost(deadline)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> !script.isAlive() || lineFrom(beginning).isPresent());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("no '" + beginning + "' after " + deadline + "; " + said(), e);
        }
        return lineFrom(beginning)
                .orElseThrow(() -> new AssertionError("no '" + beginning + "' from the guest; " + said()));
    }

    private Optional<String> lineFrom(String beginning) {
        return shell.lines().stream().filter(line -> line.startsWith(beginning)).findFirst();
    }

    private String said() {
        StringBuilder said = new StringBuilder("the guest's shell:\n").append(String.join("\n", shell.lines()));
        for (String ending : List.of(".out", ".err")) {
            if (Files.exists(directory.resolve("host").resolve(servers + ending))) {
                said.append("\nserver, ").append(ending).append(":\n").append(String.join("\n", linesOf(ending)));
            }
        }
        return said.toString();
    }

    private static String quote(String word) {
        return PLAIN.matcher(word).matches() && !word.contains("*") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
