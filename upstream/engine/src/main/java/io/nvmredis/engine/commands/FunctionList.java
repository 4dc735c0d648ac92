package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.bytes.GlobPattern;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.script.FunctionLibrary;
import io.nvmredis.engine.script.LibraryFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code FUNCTION LIST [LIBRARYNAME pattern] [WITHCODE]}. */
final class FunctionList {
    private FunctionList() {}

    static Slice of(CommandEngine engine, List<Slice> options) {
        GlobPattern pattern = null;
        boolean isWithCode = false;
        for (int i = 0; i < options.size(); i++) {
            byte[] word = RawBytes.of(options.get(i));
            if (!isWithCode && Words.equalsIgnoreCase(word, "withcode")) {
                isWithCode = true;
            } else if (pattern == null && Words.equalsIgnoreCase(word, "libraryname")) {
                if (i == options.size() - 1) {
                    return Response.error("ERR library name argument was not given");
                }
                // Upper and lower case are the same here, as in Redis.
                pattern = new GlobPattern(lowerCase(Words.text(RawBytes.of(options.get(++i)))));
            } else {
                return Response.error("ERR Unknown argument " + options.get(i));
            }
        }
        List<Slice> libraries = new ArrayList<>();
        long bytes = 0;
        for (FunctionLibrary library : engine.functions().libraries()) {
            if (pattern == null || pattern.matches(lowerCase(library.name()))) {
                Slice described = describe(library, isWithCode);
                bytes = engine.guard().replies(bytes, described);
                libraries.add(described);
            }
        }
        return Response.array(libraries);
    }

    private static byte[] lowerCase(String text) {
        return Words.bytes(text.toLowerCase(Locale.ROOT));
    }

    private static Slice describe(FunctionLibrary library, boolean isWithCode) {
        List<Slice> fields = new ArrayList<>();
        fields.add(TextReplies.text("library_name"));
        fields.add(TextReplies.text(library.name()));
        fields.add(TextReplies.text("engine"));
        fields.add(TextReplies.text("LUA"));
        fields.add(TextReplies.text("functions"));
        fields.add(Response.array(
                library.functions().stream().map(FunctionList::describe).toList()));
        if (isWithCode) {
            fields.add(TextReplies.text("library_code"));
            fields.add(Response.bulkString(Slice.create(library.code())));
        }
        return Response.array(fields);
    }

    private static Slice describe(LibraryFunction function) {
        String description = function.description();
        return Response.array(
                TextReplies.text("name"),
                TextReplies.text(function.name()),
                TextReplies.text("description"),
                description == null ? Response.NULL : TextReplies.text(description),
                TextReplies.text("flags"),
                Response.array(
                        function.flags().stream().map(Response::simpleString).toList()));
    }
}
