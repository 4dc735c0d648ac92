package io.nvmredis.nvm.inspect;

import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.recovery.LogWalk;
import io.nvmredis.spi.Finding;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.EffectReader;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Search for keys that transactions which the table does not have yet set or delete: their values do not depend on what
 * the table has of them, so a replay brings them back whole.
 */
final class RemadeKeys {
    private final Map<Integer, Map<ByteBuffer, Finding.Key>> keys = new HashMap<>();
    private final EffectReader reader = new EffectReader();
    private Finding.@Nullable Key found;

    private RemadeKeys(List<Finding.Key> keys) {
        for (Finding.Key key : keys) {
            this.keys
                    .computeIfAbsent(key.database(), database -> new HashMap<>())
                    .put(ByteBuffer.wrap(key.name()), key);
        }
    }

    /** Returns one of the keys that the log behind a checkpoint sets or deletes; null if it does so with none. */
    static Finding.@Nullable Key first(PmemDirectory directory, long checkpointLsn, List<Finding.Key> keys) {
        RemadeKeys search = new RemadeKeys(keys);
        new LogWalk()
                .walk(directory, checkpointLsn + 1, (lsn, bytes, offset, length) -> search.look(bytes, offset, length));
        return search.found;
    }

    private void look(byte[] bytes, int offset, int length) {
        int database = 0;
        reader.reset(bytes, offset, length);
        while (reader.next()) {
            Effect effect = reader.effect();
            if (effect == Effect.SELECT) {
                database = (int) reader.number(0);
            } else if (effect == Effect.SET || effect == Effect.DEL) {
                Finding.Key key = keys.getOrDefault(database, Map.of()).get(ByteBuffer.wrap(reader.argument(0)));
                found = key == null ? found : key;
            }
        }
    }
}
