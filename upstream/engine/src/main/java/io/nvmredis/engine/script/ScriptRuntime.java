package io.nvmredis.engine.script;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
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
    static final String NO_MEMORY = "ERR not enough memory";
    private static final String SHEBANG = "#!";

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
            throw new ScriptException(inOneLine("ERR Error compiling script (new function): " + e.text()));
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
                if (!flag.isEmpty() && !ScriptFlags.ALL.contains(flag)) {
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
                new ScriptGlobals(table(keys), table(arguments)),
                Libraries.newGlobals(),
                new LibraryHeap(),
                memoryBytes + wordBytes);
        return run(run, script.hash(), () -> run.closure(script.prototype()).call());
    }

    /**
     * Runs code on this thread.
     *
     * @param name name of the script or function in messages
     * @return the reply in RESP 2, which is an error if the code has raised one
     */
    static byte[] run(ScriptRun run, String name, Supplier<LuaValue> code) {
        ScriptRun.makeCurrent(run);
        try {
            return reply(run, name, code);
        } catch (ScriptEnded e) {
            return error("ERR Script killed by user with SCRIPT KILL..." + place(name, e.place()));
        } catch (StackOverflowError e) {
            return error("ERR stack overflow");
        } catch (OutOfMemoryError e) {
            // The script itself ran out of memory; the host handles that of its commands.
            return error(NO_MEMORY);
        } finally {
            run.end();
        }
    }

    private static byte[] reply(ScriptRun run, String name, Supplier<LuaValue> code) {
        try {
            run.memory().enterThread();
            return run.guarded(() -> ReplyWriter.write(run, code.get()));
        } catch (ScriptError e) {
            try {
                return run.guarded(() -> error(message(run, e) + place(name, e.place())));
            } catch (ScriptError inMessage) {
                return error(NO_MEMORY);
            }
        }
    }

    /** Returns the message of an error, with its code. */
    static String message(ScriptRun run, ScriptError error) {
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
        return code + LuaText.of(text);
    }

    private static String place(String name, Place place) {
        return place.isKnown()
                ? " script: " + name + ", on " + LuaText.of(place.source()) + ":" + place.line() + "."
                : "";
    }

    static String inOneLine(String text) {
        return text.replace('\r', ' ').replace('\n', ' ');
    }

    private static byte[] error(String message) {
        return ("-" + inOneLine(message) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    static LuaTable table(List<byte[]> words) {
        LuaTable table = new LuaTable(words.size(), 0);
        for (int i = 0; i < words.size(); i++) {
            table.rawset(i + 1, LuaString.valueUsing(words.get(i)));
        }
        return table;
    }

    static long size(List<byte[]> words) {
        long bytes = 0;
        for (byte[] word : words) {
            bytes += word.length + 128L;
        }
        return bytes;
    }
}
