package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import java.util.List;

/** HEXPIREAT and HPEXPIREAT with a time before 1970, which upstream takes for the number that means no deadline. */
final class FieldDeadlines implements OwnCommand {
    /** Tells whether a word is an integer below 0, as Redis spells it. */
    private static boolean isNegative(byte[] word) {
        if (word.length < 2 || word.length > 20 || word[0] != '-' || word[1] == '0') {
            return false;
        }
        for (int i = 1; i < word.length; i++) {
            if (word[i] < '0' || word[i] > '9') {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean handles(List<byte[]> command) {
        return isNegative(command.get(2));
    }

    /** Answers an error, after it has checked the type of the value. */
    @Override
    public Slice run(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        session.database().getHash(parameters.get(0));
        new Arguments(parameters).integer(1);
        return Response.error("ERR invalid expire time, must be >= 0");
    }
}
