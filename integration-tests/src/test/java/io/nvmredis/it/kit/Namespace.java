package io.nvmredis.it.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A namespace of Linux's. A process holds it open that ends when this JVM does, so none is ever left behind. */
final class Namespace implements AutoCloseable {
    private static final String READY = "ready";

    private final Process holder;

    /** Makes one with {@code unshare} and these options, and sets it up with a line for the shell and its arguments. */
    Namespace(List<String> unshareOptions, String setUp, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("unshare"));
        command.addAll(unshareOptions);
        command.addAll(List.of("sh", "-c", setUp + " && echo " + READY + " && exec cat", "sh"));
        command.addAll(Arrays.asList(arguments));
        holder = new ProcessBuilder(command).redirectErrorStream(true).start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
        assertThat(output.readLine()).as(setUp).isEqualTo(READY);
    }

    /** The program that runs another one, whose command follows, in here. */
    String[] enter(String option, String kind) {
        return new String[] {"nsenter", option + "=/proc/" + holder.pid() + "/ns/" + kind, "--"};
    }

    long pid() {
        return holder.pid();
    }

    @Override
    public void close() {
        holder.destroyForcibly();
        holder.onExit().join();
    }
}
