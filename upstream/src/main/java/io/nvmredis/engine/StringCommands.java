package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.KeyspaceEvent;
import java.util.Arrays;
import java.util.List;

/** SETRANGE, over bytes: upstream's makes text of them, several times over, and of what is no text something else. */
final class StringCommands {
    private static final byte[] NOTHING = {};

    private StringCommands() {}

    static Slice setrange(Engine engine, Session session, List<Slice> parameters) {
        long offset = Numbers.parse(parameters.get(1));
        if (offset == Numbers.NONE) {
            return Response.error(Numbers.NOT_AN_INTEGER);
        }
        if (offset < 0) {
            return Response.error("ERR offset is out of range");
        }
        Database database = session.database();
        Slice key = parameters.get(0);
        byte[] patch = RawBytes.of(parameters.get(2));
        // Of a value of another type this is an error, whatever else is wrong.
        RMString string = database.getRMString(key);
        byte[] old = string == null ? NOTHING : RawBytes.of(string);
        if (patch.length == 0) {
            return Response.integer(old.length);
        }
        if (offset + patch.length > engine.server().configuration().getProtoMaxBulkLen()) {
            return Response.error("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
        }
        int end = (int) offset + patch.length;
        byte[] changed = Arrays.copyOf(old, Math.max(old.length, end));
        System.arraycopy(patch, 0, changed, (int) offset, patch.length);
        database.putValue(key, RMString.create(changed), null);
        database.notifyKeyspaceEvent(KeyspaceEvent.SETRANGE, key);
        return Response.integer(changed.length);
    }
}
