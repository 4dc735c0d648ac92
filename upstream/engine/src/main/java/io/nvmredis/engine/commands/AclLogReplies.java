package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.access.AclLog;
import io.nvmredis.engine.access.AclLog.Entry;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.core.CommandEngine;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** ACL LOG: shows what was refused of late, or forgets it. */
final class AclLogReplies {
    /** Entries that are shown unless a number is given. */
    private static final long USUAL_COUNT = 10;

    private static final int DIGITS = 17;

    private AclLogReplies() {}

    static Slice log(CommandEngine engine, Arguments arguments) {
        if (arguments.count() > 2) {
            return AclCommand.wrongWords(arguments);
        }
        AclLog log = engine.access().log();
        if (arguments.count() == 2 && arguments.is(1, "reset")) {
            log.clear();
            return Response.OK;
        }
        long count = arguments.count() == 2 ? Math.max(0, arguments.integer(1)) : USUAL_COUNT;
        long now = engine.server().getClock().millis();
        List<Slice> replies =
                log.newest(count).stream().map(each -> reply(each, now)).toList();
        return Response.array(replies);
    }

    private static Slice reply(Entry entry, long now) {
        return Response.array(
                TextReplies.text("count"),
                Response.integer(entry.count()),
                TextReplies.text("reason"),
                TextReplies.text(entry.reason()),
                TextReplies.text("context"),
                TextReplies.text(entry.origin().name().toLowerCase(Locale.ROOT)),
                TextReplies.text("object"),
                TextReplies.text(entry.object()),
                TextReplies.text("username"),
                TextReplies.text(entry.user()),
                TextReplies.text("age-seconds"),
                TextReplies.text(seconds(now - entry.millis())),
                TextReplies.text("client-info"),
                Response.bulkString(Slice.create(entry.client().getBytes(StandardCharsets.UTF_8))));
    }

    /** Returns seconds as Redis writes them: with 17 digits of the number that the processor has. */
    private static String seconds(long millis) {
        return new BigDecimal(millis / 1000.0)
                .round(new MathContext(DIGITS))
                .stripTrailingZeros()
                .toPlainString();
    }
}
