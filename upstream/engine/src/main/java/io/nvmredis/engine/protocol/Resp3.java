package io.nvmredis.engine.protocol;

import io.nvmredis.engine.bytes.RespLines;
import io.nvmredis.engine.protocol.ReplyShape.Converted;
import io.nvmredis.engine.protocol.ReplyShape.Decimal;
import io.nvmredis.engine.protocol.ReplyShape.Elements;
import io.nvmredis.engine.protocol.ReplyShape.Entries;
import io.nvmredis.engine.protocol.ReplyShape.Fields;
import io.nvmredis.engine.protocol.ReplyShape.ListOrEmptySet;
import io.nvmredis.engine.protocol.ReplyShape.Pairs;
import io.nvmredis.engine.protocol.ReplyShape.Plain;
import io.nvmredis.engine.protocol.ReplyShape.Pushes;
import io.nvmredis.engine.protocol.ReplyShape.Text;
import io.nvmredis.engine.protocol.ReplyShape.Tuple;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Turns a reply of RESP2 into one of RESP3. */
public final class Resp3 {
    private static final byte[] NULL = {'_', '\r', '\n'};
    private static final byte[] TEXT_FORMAT = {'t', 'x', 't', ':'};

    private final byte[] reply;
    private final ByteArrayOutputStream out;
    private int at;

    private Resp3(byte[] reply) {
        this.reply = reply;
        out = new ByteArrayOutputStream(reply.length + 64);
    }

    /** Returns the reply in RESP3; this may be the array itself. The array is not changed. */
    public static byte[] convert(byte[] reply, ReplyShape shape) {
        if (reply.length == 0 || isSame(reply, shape)) {
            return reply;
        }
        Resp3 conversion = new Resp3(reply);
        while (conversion.at < reply.length) {
            conversion.value(shape);
        }
        return conversion.out.toByteArray();
    }

    /** Tells whether a reply is the same in both. */
    private static boolean isSame(byte[] reply, ReplyShape shape) {
        return switch (reply[0]) {
            case '+', '-', ':' -> true;
            case '$' -> reply[1] != '-' && (shape instanceof Plain || shape instanceof Converted);
            default -> (shape instanceof Converted && reply[1] != '-') || (shape instanceof Plain && !hasNull(reply));
        };
    }

    /** Tells whether there is a null in a reply: RESP3 has another for it. */
    private static boolean hasNull(byte[] reply) {
        for (int at = 0; at < reply.length; at = RespLines.next(reply, at)) {
            byte type = reply[at];
            if (type == '$' || type == '*') {
                long length = RespLines.number(reply, at + 1);
                if (length < 0) {
                    return true;
                }
                if (type == '$') {
                    // The content may have ends of lines; the line behind it is empty.
                    at = RespLines.next(reply, at) + (int) length;
                }
            }
        }
        return false;
    }

    private void value(ReplyShape shape) {
        byte type = reply[at];
        boolean isNull = (type == '$' || type == '*') && reply[at + 1] == '-';
        if (isNull || shape instanceof Plain || shape instanceof Converted || (type != '$' && type != '*')) {
            plain();
        } else if (type == '$') {
            string(shape);
        } else {
            array(shape);
        }
    }

    /** Copies a value with all that is in it. */
    private void plain() {
        for (long left = 1; left > 0; left--) {
            byte type = reply[at];
            int begin = at;
            long number = type == '$' || type == '*' ? line() : skipLine();
            if (number < 0) {
                out.writeBytes(NULL);
                continue;
            }
            if (type == '$') {
                at += (int) number + 2;
            } else if (type == '*') {
                left += number;
            }
            out.write(reply, begin, at - begin);
        }
    }

    private void string(ReplyShape shape) {
        int begin = at;
        int length = (int) line();
        int content = at;
        at += length + 2;
        if (shape instanceof Decimal) {
            out.write(',');
            out.write(reply, content, length + 2);
        } else if (shape instanceof Text) {
            head('=', length + (long) TEXT_FORMAT.length);
            out.writeBytes(TEXT_FORMAT);
            out.write(reply, content, length + 2);
        } else {
            out.write(reply, begin, at - begin);
        }
    }

    private void array(ReplyShape shape) {
        long count = line();
        if (shape instanceof Elements elements) {
            head(elements.type(), count);
            values(count, elements.element());
        } else if (shape instanceof ListOrEmptySet list) {
            head(count == 0 ? '~' : '*', count);
            values(count, list.element());
        } else if (shape instanceof Tuple tuple) {
            head('*', count);
            for (int i = 0; i < count; i++) {
                value(tuple.elements().get(Math.min(i, tuple.elements().size() - 1)));
            }
        } else if (shape instanceof Fields fields) {
            head('%', count / 2);
            for (long i = 0; i < count; i += 2) {
                String name = peek();
                plain();
                value(fields.named().getOrDefault(name, fields.value()));
            }
        } else if (shape instanceof Pairs pairs) {
            head('*', count / 2);
            for (long i = 0; i < count; i += 2) {
                head('*', 2);
                value(pairs.first());
                value(pairs.second());
            }
        } else if (shape instanceof Entries) {
            head('%', count);
            for (long i = 0; i < count; i++) {
                line();
                values(2, ReplyShape.PLAIN);
            }
        } else {
            head(shape instanceof Pushes ? '>' : '*', count);
            values(count, ReplyShape.PLAIN);
        }
    }

    private void values(long count, ReplyShape shape) {
        for (long i = 0; i < count; i++) {
            value(shape);
        }
    }

    /** The string that comes next; "" if it is something else. */
    private String peek() {
        if (reply[at] != '$') {
            return "";
        }
        int begin = at;
        int length = (int) line();
        String name = new String(reply, at, Math.max(0, length), StandardCharsets.ISO_8859_1);
        at = begin;
        return name;
    }

    private void head(char type, long count) {
        out.write(type);
        out.writeBytes(Long.toString(count).getBytes(StandardCharsets.US_ASCII));
        out.write('\r');
        out.write('\n');
    }

    /** Reads a number and the end of its line, after the type. */
    private long line() {
        long number = RespLines.number(reply, at + 1);
        at = RespLines.next(reply, at + 1);
        return number;
    }

    private long skipLine() {
        at = RespLines.next(reply, at);
        return 0;
    }
}
