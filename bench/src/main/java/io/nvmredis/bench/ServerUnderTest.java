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
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a process of its own, with the JVM flags that all arms share. */
final class ServerUnderTest implements AutoCloseable {
    private static final Pattern ADDRESS = Pattern.compile("nvm-redis \\S+ on \\S+:(\\d+)");
    private static final Pattern DURABILITY = Pattern.compile("\\s+durability\\s+(.*)");

    private final Process process;
    private final int port;
    private final String durability;

    private ServerUnderTest(Process process, int port, String durability) {
        this.process = process;
        this.port = port;
        this.durability = durability;
    }

    static ServerUnderTest start(Path directory, List<String> jvmFlags, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmFlags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), NvmRedis.class.getName()));
        command.addAll(List.of("--port", "0", "--dir", directory.toString()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        int port = 0;
        String durability = "";
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher address = ADDRESS.matcher(line);
            Matcher promised = DURABILITY.matcher(line);
            if (address.matches()) {
                port = Integer.parseInt(address.group(1));
            } else if (promised.matches()) {
                durability = promised.group(1);
            } else if (line.contains("ready in")) {
                return new ServerUnderTest(process, port, durability);
            }
        }
        process.destroyForcibly();
        throw new IOException("the server did not start: " + String.join(" ", command));
    }

    int port() {
        return port;
    }

    /** What it says of itself. */
    String durability() {
        return durability;
    }

    /** Processor time it has used so far, all its threads. */
    long cpuNanos() {
        return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
