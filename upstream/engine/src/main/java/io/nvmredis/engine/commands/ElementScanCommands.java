package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.RMHash;
import com.github.fppt.jedismock.datastructures.RMSet;
import com.github.fppt.jedismock.datastructures.RMZSet;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.ZSetEntry;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.bytes.Numbers;
import io.nvmredis.engine.bytes.ScoreWords;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.errors.ErrorReplies;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** HSCAN, SSCAN and ZSCAN. They return each element that exists throughout the scan, whatever is changed meanwhile. */
final class ElementScanCommands {
    private static final Slice EMPTY =
            Response.array(Response.bulkString(Slice.create("0")), Response.array(List.of()));

    private ElementScanCommands() {}

    static Slice hscan(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        return scan(engine, session, parameters, RMHash.class, ScanOptions.ofFields());
    }

    static Slice sscan(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        return scan(engine, session, parameters, RMSet.class, ScanOptions.ofMembers());
    }

    static Slice zscan(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        return scan(engine, session, parameters, RMZSet.class, ScanOptions.ofMembers());
    }

    /** Runs a scan. It checks the cursor, then the key, then the options, in Redis's order. */
    private static Slice scan(
            CommandEngine engine, CommandSession session, List<Slice> parameters, Class<?> type, ScanOptions options) {
        long cursor = Numbers.parseCursor(parameters.get(1));
        if (cursor == Numbers.NONE) {
            return Response.error("ERR invalid cursor");
        }
        RMDataStructure value = session.database().getValue(parameters.get(0));
        if (value == null) {
            return EMPTY;
        }
        if (!type.isInstance(value)) {
            return Response.error(ErrorReplies.WRONG_TYPE);
        }
        String fault = options.read(parameters, 2);
        if (fault != null) {
            return Response.error(fault);
        }
        List<Slice> found = new ArrayList<>();
        long next = engine.elementScans().scan(value, elements(value), cursor, options.count(), element -> {
            if (options.admits(element)) {
                add(value, element, options, reply -> found.add(Response.bulkString(reply)));
            }
        });
        return Response.array(Response.bulkString(Slice.create(Long.toString(next))), Response.array(found));
    }

    private static Collection<Slice> elements(RMDataStructure value) {
        if (value instanceof RMHash hash) {
            return hash.getStoredDataReadOnly().keySet();
        }
        return value instanceof RMSet set ? set.getStoredData() : new Members((RMZSet) value);
    }

    /** Adds an element, with its value or score, to the reply if it still exists. */
    private static void add(RMDataStructure value, Slice element, ScanOptions options, Consumer<Slice> reply) {
        if (value instanceof RMHash hash) {
            Slice content = hash.get(element);
            if (content != null) {
                reply.accept(element);
                if (!options.isWithoutValues()) {
                    reply.accept(content);
                }
            }
        } else if (value instanceof RMSet set) {
            Set<Slice> members = set.getStoredData();
            if (members.contains(element)) {
                reply.accept(element);
            }
        } else {
            Double score = ((RMZSet) value).getScore(element);
            if (score != null) {
                reply.accept(element);
                reply.accept(Slice.create(ScoreWords.of(score)));
            }
        }
    }

    /** Members of a sorted set, without their scores. */
    private static final class Members extends AbstractCollection<Slice> {
        private final RMZSet content;

        Members(RMZSet content) {
            this.content = content;
        }

        @Override
        public Iterator<Slice> iterator() {
            Iterator<ZSetEntry> entries = content.entries(false).iterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return entries.hasNext();
                }

                @Override
                public Slice next() {
                    return entries.next().getValue();
                }
            };
        }

        @Override
        public int size() {
            return content.size();
        }
    }
}
