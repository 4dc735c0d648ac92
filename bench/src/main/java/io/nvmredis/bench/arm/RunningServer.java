package io.nvmredis.bench.arm;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A server of an arm, in a process of its own; what it prints is kept in a file beside its directory. */
public final class RunningServer implements AutoCloseable {
    private static final Pattern DURABILITY = Pattern.compile("^\\s+durability\\s+(.*)$", Pattern.MULTILINE);
    private static final long POLL_NANOS = 2_000_000;
    private static final long START_SECONDS = 300;
    private static final int MESSAGE_LINES = 3;

    private final Arm arm;
    private final Process process;
    private final Arm.Command command;
    private final Path output;
    private final int port;
    private final long startNanos;
    private final ProcessMeter meter;

    private RunningServer(Arm arm, Process process, Arm.Command command, Path output, int port, long startNanos) {
        this.arm = arm;
        this.process = process;
        this.command = command;
        this.output = output;
        this.port = port;
        this.startNanos = startNanos;
        this.meter = new ProcessMeter(process.pid());
    }

    /** Starts a server on the data in a directory, and returns at once. */
    public static RunningServer launch(Arm arm, Path directory) throws IOException, UnavailableException {
        int port = freePort();
        Files.createDirectories(directory);
        Arm.Command command = arm.recipe().command(directory, port);
        Path output = directory.resolveSibling(directory.getFileName() + ".out");
        ProcessBuilder builder = new ProcessBuilder(command.words())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(new File("/dev/null"));
        builder.environment().putAll(command.environment());
        long startNanos = System.nanoTime();
        Process process = builder.start();
        // Whoever interrupts the comparison does not want to be left with a server.
        Thread hook = new Thread(process::destroyForcibly, "end-" + arm.name());
        Runtime.getRuntime().addShutdownHook(hook);
        var unused = process.onExit().thenRun(() -> forget(hook));
        return new RunningServer(arm, process, command, output, port, startNanos);
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The hooks are being run.
        }
    }

    /** Starts a server, and returns when it answers. */
    public static RunningServer start(Arm arm, Path directory) throws IOException, UnavailableException {
        RunningServer server = launch(arm, directory);
        try {
            server.awaitReady();
            return server;
        } catch (IOException | UnavailableException | RuntimeException e) {
            server.kill();
            throw e;
        }
    }

    /** Returns when it answers PING, and with nothing but PONG. */
    public void awaitReady() throws IOException, UnavailableException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!answers()) {
            if (System.nanoTime() > deadline) {
                throw new UnavailableException("it did not answer within " + START_SECONDS + " s: " + lastWords());
            }
            requireAlive();
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Says what the server's last words were if it has ended. */
    public void requireAlive() throws IOException, UnavailableException {
        if (!process.isAlive()) {
            throw new UnavailableException("it ended with exit status " + process.exitValue() + ": " + lastWords());
        }
    }

    private boolean answers() {
        try (AdminConnection connection = new AdminConnection(port)) {
            // As a simple string or a bulk string.
            return connection.ask("PING").endsWith("PONG");
        } catch (IOException e) {
            // Not yet, or never: then its process ends.
            return false;
        }
    }

    private String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
        return String.join(" / ", lines.subList(Math.max(0, lines.size() - MESSAGE_LINES), lines.size()));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public Arm arm() {
        return arm;
    }

    public int port() {
        return port;
    }

    /** When its process was started, by {@link System#nanoTime}. */
    public long startNanos() {
        return startNanos;
    }

    /** The command that started it, and, where that is a launcher of a JVM, the options that the JVM was given. */
    public String startedBy() throws IOException {
        List<String> words = meter.commandLine();
        boolean launched = !words.equals(command.words()) && words.get(0).endsWith("java");
        if (!launched) {
            return command.toString();
        }
        String options = words.stream()
                .skip(1)
                .takeWhile(word -> !word.equals("-cp"))
                .filter(word -> !word.startsWith("-XX:OnOutOfMemoryError"))
                .collect(Collectors.joining(" "));
        return command + " (JVM: " + options + ")";
    }

    public ProcessMeter meter() {
        return meter;
    }

    /** What it says of itself, or what is known of its kind. */
    public String promise() throws IOException {
        Matcher said = DURABILITY.matcher(Files.readString(output, StandardCharsets.UTF_8));
        return said.find() ? said.group(1) : arm.promise();
    }

    /** Ends it as kill -9 does, and returns when it is gone. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Ends it as SIGTERM does, and returns when it is gone. */
    public void stop() {
        process.destroy();
        process.onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
