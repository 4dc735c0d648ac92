package io.nvmredis.bench;

import io.nvmredis.server.NvmRedis;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a process of its own, with the JVM flags that all arms share. */
final class ServerUnderTest implements AutoCloseable {
    private static final Pattern ADDRESS = Pattern.compile("nvm-redis \\S+ on \\S+:(\\d+)");
    private static final Pattern DURABILITY = Pattern.compile("\\s+durability\\s+(.*)");

    private final Process process;
    private final long startNanos;
    private int port;
    private String durability = "";

    private ServerUnderTest(Process process, int port, long startNanos) {
        this.process = process;
        this.port = port;
        this.startNanos = startNanos;
    }

    /** Starts a server on a port that the system chooses and returns when it is ready. */
    static ServerUnderTest start(Path directory, List<String> jvmFlags, List<String> arguments) throws IOException {
        ServerUnderTest server = launch(directory, jvmFlags, arguments, 0);
        server.awaitReady();
        return server;
    }

    /** Starts a server and returns at once. */
    static ServerUnderTest launch(Path directory, List<String> jvmFlags, List<String> arguments, int port)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmFlags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), NvmRedis.class.getName()));
        return launch(new ProcessBuilder(command), directory, arguments, port);
    }

    /** Starts a server by the launcher and returns at once. */
    static ServerUnderTest launchByScript(
            Path script, Path directory, String jvmOptions, List<String> arguments, int port) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(script.toAbsolutePath().toString());
        builder.environment().put("NVM_REDIS_JAVA_OPTS", jvmOptions);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return launch(builder, directory, arguments, port);
    }

    private static ServerUnderTest launch(ProcessBuilder builder, Path directory, List<String> arguments, int port)
            throws IOException {
        builder.command().addAll(List.of("--port", Integer.toString(port), "--dir", directory.toString()));
        builder.command().addAll(arguments);
        builder.redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        long startNanos = System.nanoTime();
        return new ServerUnderTest(builder.start(), port, startNanos);
    }

    /** Returns when the server has said that it is ready. */
    void awaitReady() throws IOException {
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher address = ADDRESS.matcher(line);
            Matcher promised = DURABILITY.matcher(line);
            if (address.matches()) {
                port = Integer.parseInt(address.group(1));
            } else if (promised.matches()) {
                durability = promised.group(1);
            } else if (line.contains("ready in")) {
                return;
            }
        }
        process.destroyForcibly();
        throw new IOException("the server did not start");
    }

    int port() {
        return port;
    }

    /** When its process was started, by {@link System#nanoTime}. */
    long startNanos() {
        return startNanos;
    }

    /** What it says of itself. */
    String durability() {
        return durability;
    }

    /** Processor time it has used so far, all its threads. */
    long cpuNanos() {
        return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
    }

    /** The fields of INFO that are numbers. */
    Map<String, Long> info() throws IOException {
        return Info.of(port);
    }

    /** Ends it as kill -9 does, and returns when it is gone. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    @Override
    public void close() {
        process.destroy();
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
