package io.nvmredis.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.spi.ColdStore;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.Snapshot;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenDataTest {
    private static final long APPLIED_LSN = 3;
    private static final long LAST_LSN = 7;

    @TempDir
    Path directory;

    /** The store shows what it has opened at once, and may say later that it is applied. */
    @Test
    void shouldSayOfASnapshotWhatIsInIt() {
        ColdStore store = answering(ColdStore.class, Map.of("appliedLsn", APPLIED_LSN));
        Persister persister = answering(
                Persister.class,
                Map.of("coldStore", store, "open", RecoveryReport.EMPTY, "lastLsn", LAST_LSN, "durableLsn", LAST_LSN));
        DataHome home = new DataHome(directory, "nvm-aof", () -> persister, 1 << 20, Map.of());
        try (OpenData data = new OpenData(home);
                Snapshot snapshot = data.snapshot()) {
            assertThat(snapshot.lsn()).isEqualTo(LAST_LSN);
        }
    }

    /** Answers with these results by name of method, and otherwise with nothing, zero or true. */
    private static <T> T answering(Class<T> type, Map<String, ?> results) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    Class<?> result = method.getReturnType();
                    Object nothing = result == boolean.class ? method.getName().equals("isCounted") : null;
                    return results.containsKey(method.getName())
                            ? results.get(method.getName())
                            : result == long.class ? Long.valueOf(0) : nothing;
                }));
    }
}
