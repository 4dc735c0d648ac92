package io.nvmredis.engine.script;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs scripts without an engine: the one command there is gives back its first argument. */
final class ScriptRunner {
    private final ScriptRuntime runtime;

    ScriptRunner(long memoryBytes) {
        runtime = new ScriptRuntime(memoryBytes);
    }

    String run(String script) {
        return run(script, new NoCommands());
    }

    String run(String script, ScriptHost host) {
        try {
            byte[] text = script.getBytes(ISO_8859_1);
            return new String(
                    runtime.run(runtime.compile(text, ScriptHash.of(text)), List.of(), List.of(), host, false),
                    ISO_8859_1);
        } catch (ScriptException e) {
            return "-" + e.error() + "\r\n";
        }
    }

    /** Echoes. */
    static class NoCommands implements ScriptHost {
        @Override
        public byte[] call(List<byte[]> words, boolean readOnly, boolean isResp3) {
            String word = words.size() < 2 ? "" : new String(words.get(1), ISO_8859_1);
            return ("$" + word.length() + "\r\n" + word + "\r\n").getBytes(ISO_8859_1);
        }

        @Override
        public boolean repliesInResp3() {
            return false;
        }

        @Override
        public void log(int level, String message) {}

        @Override
        public @Nullable Boolean allows(List<byte[]> words) {
            return true;
        }

        @Override
        public boolean isToEnd() {
            return false;
        }
    }
}
