package io.nvmredis.engine.script;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Runs scripts that take all they can get, in a JVM of its own with a small heap: see {@link ScriptBoundsTest}. Each line
 * of the input is a script; each of the output is what became of it, the milliseconds first.
 */
final class HostileScripts {
    /** An eighth of the heap that the test gives. */
    private static final long MEMORY_BYTES = 8 << 20;

    private static final long STACK_BYTES = 16 << 20;
    /** Those that would go on for ever are told to end. */
    private static final long PATIENCE_MILLIS = 15_000;

    private HostileScripts() {}

    public static void main(String[] ignored) throws InterruptedException {
        Thread thread = new Thread(null, HostileScripts::runAll, "scripts", STACK_BYTES);
        thread.start();
        thread.join();
        System.exit(0);
    }

    private static void runAll() {
        ScriptRunner scripts = new ScriptRunner(MEMORY_BYTES);
        ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
        new java.io.BufferedReader(new java.io.InputStreamReader(System.in, StandardCharsets.ISO_8859_1))
                .lines()
                .forEach(script -> {
                    long begin = System.nanoTime();
                    EndingHost host = new EndingHost();
                    var end = clock.schedule(() -> host.isToEnd = true, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
                    String reply = scripts.run(script, host);
                    end.cancel(false);
                    String line = reply.replace("\r\n", " ");
                    System.out.println((System.nanoTime() - begin) / 1_000_000 + " "
                            + line.substring(0, Math.min(200, line.length())));
                });
    }

    private static final class EndingHost extends ScriptRunner.NoCommands {
        private volatile boolean isToEnd;

        @Override
        public boolean isToEnd() {
            return isToEnd;
        }
    }
}
