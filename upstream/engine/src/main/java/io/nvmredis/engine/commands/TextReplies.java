package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.bytes.Words;

/** Replies that are texts of the server's own, of characters that take one byte. */
final class TextReplies {
    private TextReplies() {}

    static Slice text(String text) {
        return Response.bulkString(Slice.create(Words.bytes(text)));
    }
}
