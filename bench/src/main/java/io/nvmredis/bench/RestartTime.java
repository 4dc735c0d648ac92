package io.nvmredis.bench;

import io.nvmredis.bench.arm.BenchDirectory;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * How long after the start of the process a server with so much data answers its first read and its first write.
 *
 * <p>The data set grows from one size to the next; at each, the server is killed with kill -9 and started again, some
 * times at rest and some times in the middle of SETs at full speed, so that a tail is left to replay. It is started as a
 * user does it, by {@code ./nvm-redis} in the current directory; the clock begins before that, so that the start of the
 * JVM is in it. A read counts when it has brought the right value of
 * a key that was written before, a write when it has been acknowledged. Arguments: value length, gigabytes of keys and
 * values (such as {@code 1,2,4,8}), restarts of each kind, directory.
 */
public final class RestartTime {
    private static final String JVM_OPTIONS = "-Xms1g -Xmx1g -XX:+UseParallelGC";
    private static final List<String> SETTINGS = List.of("--persistence", "nvm-aof", "--nvm-domain", "emulated");
    private static final int CONNECTIONS = 8;
    private static final int PIPELINE = 64;
    private static final long POLL_NANOS = 3_000_000L;
    private static final long LOAD_NANOS = 2_000_000_000L;

    private final BenchDirectory directory;
    private final Commands commands;
    private final SplittableRandom random = new SplittableRandom(1);
    private long keyCount;

    private RestartTime(BenchDirectory directory, Commands commands) {
        this.directory = directory;
        this.commands = commands;
    }

    /** Times since the start of the process, and the tail that was replayed. */
    private record Restart(double readMillis, double writeMillis) {}

    public static void main(String[] arguments) throws IOException, ExecutionException, InterruptedException {
        Arguments given = new Arguments(arguments);
        Commands commands = new Commands(given.number(0, 100));
        String[] sizes = given.text(1, "1,2,4,8").split(",", -1);
        int restarts = given.number(2, 5);
        PrintStream out = System.out;
        out.printf(
                Locale.ROOT,
                "restart, emulated domain, keys of %d bytes, values of %d; medians (and maxima) of %d restarts%n",
                Commands.KEY_LENGTH,
                commands.valueLength(),
                restarts);
        try (BenchDirectory directory = new BenchDirectory(given.text(3, "/dev/shm"))) {
            RestartTime benchmark = new RestartTime(directory, commands);
            for (String size : sizes) {
                benchmark.growTo((long) (Double.parseDouble(size) * (1L << 30)));
                benchmark.report(out, size, "at rest", benchmark.restarts(restarts, false));
                benchmark.report(out, size, "under load", benchmark.restarts(restarts, true));
            }
        }
    }

    private void report(PrintStream out, String size, String kind, List<Restart> restarts) {
        List<Double> reads = restarts.stream().map(Restart::readMillis).toList();
        List<Double> writes = restarts.stream().map(Restart::writeMillis).toList();
        out.printf(
                Locale.ROOT,
                "%4s GB %-10s %,11d keys   first read %6.0f ms (%6.0f)   first write %6.0f ms (%6.0f)%n",
                size,
                kind,
                keyCount,
                Quantiles.of(reads, 0.5),
                Quantiles.of(reads, 1),
                Quantiles.of(writes, 0.5),
                Quantiles.of(writes, 1));
    }

    private ServerUnderTest start() throws IOException {
        ServerUnderTest server = launch(0);
        server.awaitReady();
        return server;
    }

    private ServerUnderTest launch(int port) throws IOException {
        return ServerUnderTest.launchByScript(
                Path.of("nvm-redis"), directory.resolve("data"), JVM_OPTIONS, SETTINGS, port);
    }

    private void growTo(long bytes) throws IOException {
        long target = bytes / (Commands.KEY_LENGTH + commands.valueLength());
        long[] next = {keyCount};
        try (ServerUnderTest server = start();
                PipelinedLoad load = new PipelinedLoad(
                        server.port(),
                        CONNECTIONS,
                        PIPELINE,
                        commands.largestLength(),
                        buffer -> commands.set(buffer, next[0]++))) {
            load.runCommands(target - keyCount);
        }
        keyCount = next[0];
    }

    private List<Restart> restarts(int count, boolean underLoad)
            throws IOException, InterruptedException, ExecutionException {
        List<Restart> restarts = new ArrayList<>();
        ServerUnderTest server = start();
        for (int i = 0; i < count; i++) {
            if (underLoad) {
                killUnderLoad(server);
            } else {
                server.kill();
            }
            int port = freePort();
            server = launch(port);
            restarts.add(measure(server));
            server.awaitReady();
        }
        server.close();
        return restarts;
    }

    /** Sets keys that are there, so that the data stay of one size. */
    private void killUnderLoad(ServerUnderTest server) throws IOException, InterruptedException, ExecutionException {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (PipelinedLoad load = new PipelinedLoad(
                server.port(),
                CONNECTIONS,
                PIPELINE,
                commands.largestLength(),
                buffer -> commands.set(buffer, random.nextLong(keyCount)))) {
            load.run(LOAD_NANOS);
            Future<?> running = executor.submit(() -> {
                try {
                    load.run(Long.MAX_VALUE);
                } catch (IOException e) {
                    // The server has been killed.
                }
            });
            LockSupport.parkNanos(LOAD_NANOS);
            server.kill();
            running.get();
        } finally {
            executor.shutdown();
        }
    }

    private Restart measure(ServerUnderTest server) throws IOException {
        try (Socket socket = connect(server.port())) {
            double read = ask(server, socket, true);
            double write = ask(server, socket, false);
            return new Restart(read, write);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Socket connect(int port) throws IOException {
        while (true) {
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                socket.setTcpNoDelay(true);
                return socket;
            } catch (IOException e) {
                socket.close();
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }

    /** Asks until there is another answer than LOADING. */
    private double ask(ServerUnderTest server, Socket socket, boolean reads) throws IOException {
        while (true) {
            long key = random.nextLong(keyCount);
            ByteBuffer buffer = ByteBuffer.allocate(commands.largestLength());
            if (reads) {
                commands.get(buffer, key);
            } else {
                commands.set(buffer, key);
            }
            socket.getOutputStream().write(buffer.array(), 0, buffer.position());
            String line = line(socket);
            if (line.startsWith("-LOADING")) {
                LockSupport.parkNanos(POLL_NANOS);
                continue;
            }
            requireRight(socket, reads, key, line);
            return (System.nanoTime() - server.startNanos()) / 1e6;
        }
    }

    private void requireRight(Socket socket, boolean reads, long key, String line) throws IOException {
        String expected = reads ? "$" + commands.valueLength() : "+OK";
        if (!line.equals(expected)) {
            throw new IOException("expected " + expected + ", the server answered: " + line);
        }
        if (reads) {
            byte[] value = socket.getInputStream().readNBytes(commands.valueLength() + 2);
            if (!Arrays.equals(value, 0, commands.valueLength(), commands.valueOf(key), 0, commands.valueLength())) {
                throw new IOException("key " + key + " has another value than it was given");
            }
        }
    }

    private static String line(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = socket.getInputStream().read();
                next != '\n';
                next = socket.getInputStream().read()) {
            if (next < 0) {
                throw new EOFException("the server closed the connection");
            }
            line.append((char) next);
        }
        return new String(line.toString().trim().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
