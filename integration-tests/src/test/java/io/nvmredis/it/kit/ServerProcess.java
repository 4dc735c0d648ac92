package io.nvmredis.it.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;

/**
 * The packaged server in a process of its own, on a port that the system chooses.
 *
 * <p>It never outlives its test: {@link #close} kills what still runs, and so does the {@link TestDirectory} that it was
 * started through.
 */
public final class ServerProcess implements AutoCloseable {
    private static final Duration START_DEADLINE = Duration.ofSeconds(60);
    private static final Duration EXIT_DEADLINE = Duration.ofSeconds(30);

    /** How a process ended and what it said. */
    public record Exit(int status, List<String> out, List<String> err) {}

    private final Processes processes;
    private final Process process;
    private final ProcessOutput out;
    private final ProcessOutput err;

    private ServerProcess(Processes processes, Process process) {
        this.processes = processes;
        this.process = process;
        this.out = new ProcessOutput(process.getInputStream(), "stdout of " + process.pid());
        this.err = new ProcessOutput(process.getErrorStream(), "stderr of " + process.pid());
    }

    /** Waits until the server says that it is ready. */
    public Banner banner() throws InterruptedException {
        try {
            await().atMost(START_DEADLINE)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> !process.isAlive() || Banner.find(out.lines()).isPresent());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("no banner after " + START_DEADLINE + "; " + said(), e);
        }
        Optional<Banner> banner = Banner.find(process.isAlive() ? out.lines() : out.allLines());
        return banner.orElseThrow(() -> new AssertionError("the server did not start; " + said()));
    }

    public int port() throws InterruptedException {
        return banner().port();
    }

    public RespClient connect() throws IOException, InterruptedException {
        return new RespClient(port());
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** What has come on stderr so far. */
    public List<String> stderr() {
        return err.lines();
    }

    /** {@code kill -9}; returns when the process is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(EXIT_DEADLINE.toMillis(), TimeUnit.MILLISECONDS))
                .as("process %d is gone after SIGKILL", process.pid())
                .isTrue();
    }

    /** Lets the process run for so long, or less if it ends before. */
    public void runFor(Duration duration) throws InterruptedException {
        boolean ended = process.waitFor(duration.toNanos(), TimeUnit.NANOSECONDS);
        if (ended && process.exitValue() != 0) {
            throw new AssertionError("the server ended by itself; " + said());
        }
    }

    /** Sends SIGTERM and waits for the end. */
    public Exit terminate() throws InterruptedException {
        process.destroy();
        return awaitExit();
    }

    /** Sends a signal by its name. */
    public void signal(String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                .inheritIO()
                .start()
                .waitFor();
        assertThat(status).as("kill -%s %d", name, process.pid()).isZero();
    }

    /** Waits for the process to end by itself. */
    public Exit awaitExit() throws InterruptedException {
        return awaitExit(EXIT_DEADLINE);
    }

    /** The same, of one that may take long. */
    public Exit awaitExit(Duration deadline) throws InterruptedException {
        if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("still running after " + deadline + "; " + said());
        }
        return new Exit(process.exitValue(), out.allLines(), err.allLines());
    }

    @Override
    public void close() {
        processes.end(process);
    }

    /** Whether it runs, or how it ended, and what it has printed. */
    public String said() {
        String state = process.isAlive() ? "running" : "exit status " + process.exitValue();
        return state + "\nstdout:\n" + String.join("\n", out.lines()) + "\nstderr:\n" + String.join("\n", err.lines());
    }

    /** Collects how a server is to be started. */
    public static final class Builder {
        private final Processes processes;
        private final List<String> wrapper = new ArrayList<>();
        private final List<String> jvmOptions = new ArrayList<>(
                List.of("-Xmx512m", "-XX:+PerfDisableSharedMem", "-Djava.io.tmpdir=" + Processes.scratch()));
        private final List<String> options = new ArrayList<>();
        private String classpath = requiredProperty("server.classpath");
        private String javaHome = requiredProperty("server.java.home");
        private Duration deadline = EXIT_DEADLINE;

        Builder(Processes processes, String... words) {
            this.processes = processes;
            options.addAll(Arrays.asList(words));
            if (Runtime.version().feature() >= 24 || !javaHome.equals(System.getProperty("java.home"))) {
                jvmOptions.add("--enable-native-access=ALL-UNNAMED");
            }
        }

        /** More options on the command line; a later one overrides an earlier one. */
        public Builder with(String... moreOptions) {
            options.addAll(Arrays.asList(moreOptions));
            return this;
        }

        /** A configuration file, in front of all options. */
        public Builder configured(Path file) {
            options.add(0, file.toString());
            return this;
        }

        /** Leaves out an option that was given before, with its value. */
        public Builder without(String name) {
            int at = options.indexOf(name);
            options.subList(at, at + 2).clear();
            return this;
        }

        /** Sets an option, in place of what was given for it before. */
        public Builder set(String name, String value) {
            int at = options.indexOf(name);
            if (at >= 0) {
                options.set(at + 1, value);
                return this;
            }
            return with(name, value);
        }

        public Builder domain(String domain) {
            return set("--nvm-domain", domain);
        }

        /** More options for the JVM; a later one overrides an earlier one. */
        public Builder jvm(String... moreOptions) {
            jvmOptions.addAll(Arrays.asList(moreOptions));
            return this;
        }

        /** Another JDK than the one that all servers run on. */
        public Builder jdk(Path home) {
            javaHome = home.toString();
            return jvm("--enable-native-access=ALL-UNNAMED");
        }

        /** A program, with its arguments, that is to exec the server. */
        public Builder wrappedBy(String... command) {
            wrapper.addAll(Arrays.asList(command));
            return this;
        }

        /** Classes that the server is to find besides its own. */
        public Builder alsoOnClasspath(Path classes) {
            classpath += ":" + classes;
            return this;
        }

        /** How long {@link #run} waits. */
        public Builder within(Duration newDeadline) {
            deadline = newDeadline;
            return this;
        }

        /** The whole command line. */
        List<String> command() {
            List<String> command = new ArrayList<>(wrapper);
            command.add(javaHome + "/bin/java");
            command.addAll(jvmOptions);
            command.addAll(List.of("-cp", classpath, "io.nvmredis.cli.NvmRedis"));
            command.addAll(options);
            return command;
        }

        /** Starts the process and does not wait for anything. */
        public ServerProcess launch() throws IOException {
            return new ServerProcess(processes, processes.start(new ProcessBuilder(command())));
        }

        /** Starts the server and waits until it is ready. */
        public ServerProcess start() throws IOException, InterruptedException {
            ServerProcess server = launch();
            try {
                server.banner();
                return server;
            } catch (AssertionError e) {
                server.close();
                throw e;
            }
        }

        /** Starts what is expected to end by itself, and waits for that. */
        public Exit run() throws IOException, InterruptedException {
            try (ServerProcess server = launch()) {
                return server.awaitExit(deadline);
            }
        }

        /** Runs what is expected to succeed, and returns what it says on standard output. */
        public String succeed() throws IOException, InterruptedException {
            Exit exit = run();
            assertThat(exit.status())
                    .as("exit status of %s: %s", options, exit.err())
                    .isZero();
            return String.join("\n", exit.out());
        }

        private static String requiredProperty(String name) {
            String value = System.getProperty(name);
            if (value == null) {
                throw new IllegalStateException("-D" + name + " is missing: run the tests with Maven (mvn verify)");
            }
            return value;
        }
    }
}
