package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.bytes.Numbers;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.core.Functions.Callable;
import io.nvmredis.engine.script.ScriptFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** FCALL or FCALL_RO: {@code FCALL function numkeys [key ...] [arg ...]}. */
final class FunctionCallCommand implements OwnCommand {
    private static final int FIRST_WORD = 2;

    private final String name;
    private final boolean isReadOnly;

    FunctionCallCommand(String name, boolean isReadOnly) {
        this.name = name;
        this.isReadOnly = isReadOnly;
    }

    @Override
    public Slice run(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        Callable called = engine.functions().find(RawBytes.of(parameters.get(0)));
        List<byte[]> words = new ArrayList<>(parameters.size());
        for (Slice parameter : parameters) {
            words.add(RawBytes.of(parameter));
        }
        String fault = called == null ? "ERR Function not found" : fault(session, called, words);
        if (called == null || fault != null) {
            return Response.error(String.valueOf(fault));
        }
        int keysEnd = FIRST_WORD + (int) Numbers.parse(words.get(1));
        List<byte[]> command = new ArrayList<>(words.size() + 1);
        command.add(Words.bytes(name));
        command.addAll(words);
        return engine.functions()
                .call(
                        session,
                        called,
                        command,
                        words.subList(FIRST_WORD, keysEnd),
                        words.subList(keysEnd, words.size()));
    }

    private @Nullable String fault(CommandSession session, Callable called, List<byte[]> words) {
        if (called.mayWrite()) {
            String refusal = session.refusalOfWrite(words, !called.function().has(ScriptFlags.ALLOW_OOM));
            if (refusal != null) {
                return refusal;
            }
        }
        OptionalLong parsed = Numbers.parseAny(words.get(1));
        if (parsed.isEmpty()) {
            return "ERR Bad number of keys provided";
        }
        long keyCount = parsed.getAsLong();
        if (keyCount > words.size() - FIRST_WORD) {
            return "ERR Number of keys can't be greater than number of args";
        }
        if (keyCount < 0) {
            return "ERR Number of keys can't be negative";
        }
        return isReadOnly && called.mayWrite()
                ? "ERR Can not execute a script with write flag using *_ro command."
                : null;
    }
}
