package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import io.nvmredis.engine.access.User;
import io.nvmredis.engine.bytes.Numbers;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.context.ClientFigures;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.errors.ErrorReplies;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Conditions of CLIENT KILL, which ends the clients that meet all of them. */
final class ClientFilter {
    private static final String NOT_AN_ID = "ERR client-id should be greater than 0";

    private long id;
    private @Nullable ClientType type;
    private @Nullable String address;
    private @Nullable String localAddress;
    private @Nullable User user;
    private boolean skipsAsker = true;

    private ClientFilter() {}

    /** Returns the filter for the client with this address, which may be the asker. */
    static ClientFilter ofAddress(Slice address) {
        ClientFilter filter = new ClientFilter();
        filter.address = address.toString();
        filter.skipsAsker = false;
        return filter;
    }

    /**
     * Reads a filter from pairs of words.
     *
     * @throws ArgumentException if the words are not such pairs
     */
    static ClientFilter parse(CommandEngine engine, List<Slice> words) {
        ClientFilter filter = new ClientFilter();
        for (int i = 0; i < words.size(); i += 2) {
            if (i + 1 == words.size()) {
                throw new ArgumentException(ErrorReplies.SYNTAX);
            }
            filter.add(engine, words.get(i).toString().toLowerCase(Locale.ROOT), words.get(i + 1));
        }
        return filter;
    }

    private void add(CommandEngine engine, String option, Slice value) {
        switch (option) {
            case "id" -> {
                id = Numbers.parse(value);
                if (id < 1) {
                    throw new ArgumentException(NOT_AN_ID);
                }
            }
            case "type" -> type = ClientType.named(value);
            case "addr" -> address = value.toString();
            case "laddr" -> localAddress = value.toString();
            case "user" -> user = user(engine, value);
            case "skipme" -> skipsAsker = isYes(value);
            default -> throw new ArgumentException(ErrorReplies.SYNTAX);
        }
    }

    private static User user(CommandEngine engine, Slice name) {
        User found = engine.access().users().find(Words.text(RawBytes.of(name)));
        if (found == null) {
            throw new ArgumentException("ERR No such user '" + name + "'");
        }
        return found;
    }

    private static boolean isYes(Slice word) {
        return switch (word.toString().toLowerCase(Locale.ROOT)) {
            case "yes" -> true;
            case "no" -> false;
            default -> throw new ArgumentException(ErrorReplies.SYNTAX);
        };
    }

    boolean includes(CommandEngine engine, CommandSession asker, CommandSession session) {
        if ((id != 0 && id != session.id()) || (skipsAsker && session == asker)) {
            return false;
        }
        if (user != null && user != session.user()) {
            return false;
        }
        if (address != null || localAddress != null) {
            ClientFigures figures = session.output().figures();
            if ((address != null && !address.equals(figures.address()))
                    || (localAddress != null && !localAddress.equals(figures.localAddress()))) {
                return false;
            }
        }
        return type == null || type.includes(engine, session);
    }
}
