package io.nvmredis.engine.script;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.Prototype;
import org.luaj.vm2.compiler.LuaC;

/** Compiles text; bytecode is refused. */
final class ScriptCompiler {
    /** Number of bytes that the compiler takes for a moment per byte of text, at most. */
    private static final int BYTES_PER_BYTE = 32;

    private static final int ESCAPE = 0x1b;

    private ScriptCompiler() {}

    /** Thrown for a text that does not compile. */
    static final class SyntaxException extends Exception {
        private static final long serialVersionUID = 1;

        SyntaxException(String text) {
            super(text, null, false, false);
        }

        String text() {
            return String.valueOf(getMessage());
        }
    }

    /** Compiles text for a running script, which pays for it in memory and steps. */
    static Prototype compile(ScriptRun run, LuaString text, LuaString name) throws SyntaxException {
        run.memory().take((long) BYTES_PER_BYTE * text.m_length);
        run.steps(text.m_length);
        return compile(text, name);
    }

    static long memoryFor(int length) {
        return (long) BYTES_PER_BYTE * length;
    }

    static Prototype compile(LuaString text, LuaString name) throws SyntaxException {
        if (text.m_length > 0 && text.m_bytes[text.m_offset] == ESCAPE) {
            throw new SyntaxException(new Place(name, 1).prefix() + "unexpected symbol near '<\\27>'");
        }
        try {
            return LuaC.instance.compile(
                    new ByteArrayInputStream(text.m_bytes, text.m_offset, text.m_length), LuaText.of(name));
        } catch (LuaError e) {
            throw new SyntaxException(message(e));
        } catch (StackOverflowError e) {
            throw new SyntaxException(new Place(name, 1).prefix() + "chunk has too many syntax levels");
        } catch (IndexOutOfBoundsException | NegativeArraySizeException | NullPointerException e) {
            throw new SyntaxException(new Place(name, 1).prefix() + "syntax error");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String message(LuaError error) {
        String text = String.valueOf(error.getMessage());
        String inLuasWords =
                text.replace("'<eos>'", "'<eof>'").replaceFirst("unexpected symbol \\d+ .*", "unexpected symbol");
        return inLuasWords.startsWith("@") ? inLuasWords.substring(1) : inLuasWords;
    }
}
