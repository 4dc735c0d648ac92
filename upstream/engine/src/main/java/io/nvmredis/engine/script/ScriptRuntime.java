package io.nvmredis.engine.script;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Prototype;

/**
 * Compiles scripts and runs them.
 *
 * <p>A run ends in bounded time when {@link ScriptHost#isToEnd} says so, wherever the script is: it is asked every
 * thousand instructions and by each function of this package that may take long, such as the matching of patterns.
 * {@link MemoryBudget} bounds the memory of a run. No state passes from one run to the next: the tables that scripts
 * share are read-only, and each run has globals, settings and random numbers of its own.
 */
public final class ScriptRuntime {
    private static final LuaString CHUNK = LuaValue.valueOf("@user_script");
    private static final String NO_MEMORY = "ERR not enough memory";
    private static final String SHEBANG = "#!";
    private static final Set<String> FLAGS =
            Set.of("no-writes", "allow-oom", "allow-stale", "no-cluster", "allow-cross-slot-keys");

    private final long memoryBytes;

    /** Makes a runtime with so many bytes of memory for the running script. */
    public ScriptRuntime(long memoryBytes) {
        this.memoryBytes = memoryBytes;
    }

    /**
     * Compiles a script.
     *
     * @throws ScriptException if the text does not compile or is too long
     */
    public CompiledScript compile(byte[] text, String hash) throws ScriptException {
        Set<String> flags = Set.of();
        int bodyAt = 0;
        if (text.length > 1 && text[0] == '#' && text[1] == '!') {
            while (bodyAt < text.length && text[bodyAt] != '\n') {
                bodyAt++;
            }
            if (bodyAt == text.length) {
                throw new ScriptException("ERR Invalid script shebang");
            }
            flags = flags(new String(text, 0, bodyAt, StandardCharsets.ISO_8859_1));
        }
        if (ScriptCompiler.memoryFor(text.length) > memoryBytes) {
            throw new ScriptException("ERR Error compiling script (new function): not enough memory");
        }
        try {
            Prototype prototype =
                    ScriptCompiler.compile(LuaString.valueUsing(text, bodyAt, text.length - bodyAt), CHUNK);
            return new CompiledScript(hash, prototype, flags, bodyAt > 0, text.length);
        } catch (ScriptCompiler.SyntaxException e) {
            throw new ScriptException("ERR Error compiling script (new function): "
                    + e.text().replace('\n', ' ').replace('\r', ' '));
        }
    }

    private static Set<String> flags(String line) throws ScriptException {
        String[] words = line.substring(SHEBANG.length()).trim().split(" +", -1);
        if (!words[0].equals("lua")) {
            throw new ScriptException("ERR Unexpected engine in script shebang: " + SHEBANG + words[0]);
        }
        Set<String> flags = new HashSet<>();
        for (String word : Arrays.asList(words).subList(1, words.length)) {
            if (!word.startsWith("flags=")) {
                throw new ScriptException("ERR Unknown lua shebang option: " + word);
            }
            for (String flag : word.substring("flags=".length()).split(",", -1)) {
                if (!flag.isEmpty() && !FLAGS.contains(flag)) {
                    throw new ScriptException("ERR Unexpected flag in script shebang: " + flag);
                }
                flags.add(flag);
            }
        }
        return flags;
    }

    /**
     * Runs a script on this thread.
     *
     * @param isReadOnly whether commands that write are refused
     * @return the reply in RESP 2, which is an error if the script has raised one
     */
    public byte[] run(
            CompiledScript script, List<byte[]> keys, List<byte[]> arguments, ScriptHost host, boolean isReadOnly) {
        Libraries.install();
        long wordBytes = size(keys) + size(arguments);
        ScriptRun run = new ScriptRun(
                host,
                isReadOnly,
                Libraries.globals(table(keys), table(arguments)),
                Libraries.NO_THREAD,
                memoryBytes + wordBytes);
        ScriptRun.makeCurrent(run);
        try {
            return run(script, run);
        } catch (ScriptEnded e) {
            return error("ERR Error running script (user killed script with SCRIPT KILL): Script killed by user with"
                    + " SCRIPT KILL...");
        } catch (StackOverflowError e) {
            return error("ERR stack overflow");
        } catch (OutOfMemoryError e) {
            // The script itself ran out of memory; the host handles that of its commands.
            return error(NO_MEMORY);
        } finally {
            try {
                run.coroutines().endAll();
            } finally {
                ScriptRun.makeCurrent(null);
            }
        }
    }

    private static byte[] run(CompiledScript script, ScriptRun run) {
        try {
            run.memory().enterThread();
            return run.guarded(
                    () -> ReplyWriter.write(run, run.closure(script.prototype()).call()));
        } catch (ScriptError e) {
            try {
                return run.guarded(() -> error(message(script, run, e)));
            } catch (ScriptError inMessage) {
                return error(NO_MEMORY);
            }
        }
    }

    private static String message(CompiledScript script, ScriptRun run, ScriptError error) {
        LuaString text;
        String code = "";
        if (error.value() instanceof LuaTable table) {
            LuaString given = LuaNumbers.asString(table.rawget(ScriptError.ERR));
            text = given == null ? LuaValue.valueOf("ERR unknown error") : given;
        } else {
            text = BaseFunctions.text(run, error.value());
            code = "ERR ";
        }
        run.memory().take(6L * text.m_length);
        String place = error.place().isKnown()
                ? " script: " + script.hash() + ", on "
                        + LuaText.of(error.place().source()) + ":"
                        + error.place().line() + "."
                : "";
        return code + LuaText.of(text) + place;
    }

    private static byte[] error(String message) {
        return ("-" + message.replace('\r', ' ').replace('\n', ' ') + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static LuaTable table(List<byte[]> words) {
        LuaTable table = new LuaTable(words.size(), 0);
        for (int i = 0; i < words.size(); i++) {
            table.rawset(i + 1, LuaString.valueUsing(words.get(i)));
        }
        return table;
    }

    private static long size(List<byte[]> words) {
        long bytes = 0;
        for (byte[] word : words) {
            bytes += word.length + 128L;
        }
        return bytes;
    }
}
