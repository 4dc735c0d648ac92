package io.nvmredis.engine.keyspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.engine.CommandGenerator;
import io.nvmredis.engine.ConcurrentRewriteTest;
import io.nvmredis.engine.EffectsPropertyTest;
import io.nvmredis.engine.Engine;
import io.nvmredis.engine.RecordingPersister;
import io.nvmredis.engine.TestClient;
import io.nvmredis.engine.value.ColdValue;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.Refusal;
import io.nvmredis.spi.Saver;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.stock.rdb.OwnFiles;
import io.nvmredis.stock.rdb.RdbPersister;
import io.nvmredis.stock.rdb.RdbSaver;
import io.nvmredis.stock.rdb.RdbSettings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SAVE, BGSAVE and DEBUG RELOAD where some of the data are on the cold side alone. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ColdSavingTest {
    private static final int COMMANDS = 1_500;

    private final TestClient.SettableClock clock = new TestClient.SettableClock();
    private final LaggingPersister persister = new LaggingPersister();
    private final TestClient model = new TestClient(new RecordingPersister(), clock, Long.MAX_VALUE / 2);

    @TempDir
    Path directory;

    private RdbSaver saver;
    private TestClient client;

    @BeforeEach
    void open() {
        client = new TestClient(persister, clock, new TestClient.NoContext(30_000) {
            @Override
            public Saver saver() {
                return saver;
            }
        });
        saver = new RdbSaver(
                directory, RdbSettings.of(Map.of("save", "")), client.engine, new OwnFiles("nvm-aof"), () -> false);
    }

    @AfterEach
    void close() {
        saver.close();
        client.close();
        model.close();
    }

    /** Random data, most of which have got to the cold side and left memory. */
    private void fill(long seed) {
        Random random = new Random(seed);
        CommandGenerator generator = new CommandGenerator(random);
        for (int i = 0; i < COMMANDS; i++) {
            // Nothing expires: a file has no keys whose deadline has passed by the clock on the wall.
            generator.now(System.currentTimeMillis() + 1_000_000);
            String[] command = generator.next();
            if (command[0].contains("expire") || command[0].startsWith("eval") || command[0].startsWith("flush")) {
                continue;
            }
            model.run(command);
            client.run(command);
            if (random.nextInt(5) == 0) {
                persister.catchUp();
            }
        }
        persister.catchUp();
        evictAll();
        for (int i = 0; i < 10; i++) {
            String[] command = {"rpush", "fresh" + i, "a", "b"};
            model.run(command);
            client.run(command);
        }
    }

    private void evictAll() {
        Residency residency = client.engine.residency();
        synchronized (client.engine.databases()) {
            for (RedisBase database : client.engine.databases().values()) {
                for (Entry entry : ((Database) database).content().resident().all()) {
                    residency.evictIfClean(entry);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, ColdValue.BIG_BYTES + 1})
    void shouldShowADeadlineThatTheColdSideDoesNotHaveYet(long storedBytes) {
        long deadline = clock.millis() + 100_000;
        client.run("set", "given", "v");
        client.run("set", "taken", "v", "PXAT", Long.toString(deadline));
        client.run("set", "as it is", "v", "PXAT", Long.toString(deadline));
        persister.catchUp();
        persister.cold.storedBytes = storedBytes;
        evictAll();
        client.run("pexpireat", "given", Long.toString(deadline));
        client.run("persist", "taken");
        SnapshotContents contents = new SnapshotContents();
        try (Snapshot snapshot = client.engine.cut(lsn -> {})) {
            while (snapshot.advance(contents)) {
                // On to the end.
            }
        }
        assertThat(contents.deadlines())
                .isEqualTo(Map.of("0:given", deadline, "0:taken", Entry.NO_DEADLINE, "0:as it is", deadline));
    }

    private long coldCount() {
        long count = 0;
        for (RedisBase database : client.engine.databases().values()) {
            count += ((Database) database).content().coldCount();
        }
        return count;
    }

    /** What the file makes of an engine, without deadlines: those that have passed depend on the clock on the wall. */
    private Map<String, Object> saved() {
        Persister reading = new RdbPersister(directory, Map.of("save", ""));
        Engine loaded = Engine.create(reading, clock, TestClient.context(Long.MAX_VALUE / 2));
        loaded.load(new ConcurrentRewriteTest.Nobody());
        try (loaded) {
            return withoutDeadlines(Contents.of(loaded.databases()));
        }
    }

    private static Map<String, Object> withoutDeadlines(Map<String, Object> contents) {
        Map<String, Object> without = new HashMap<>(contents);
        without.values().removeIf(content -> !content.toString().endsWith(", " + Entry.NO_DEADLINE + "]"));
        return without;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldSaveWhatIsNotInMemory(long seed) {
        fill(seed);
        assertThat(coldCount()).as("seed %d: keys on the cold side alone", seed).isGreaterThan(3);
        assertThat(client.run("save")).isEqualTo("+OK\r\n");
        Map<String, Object> expected = withoutDeadlines(Contents.of(model.engine.databases()));
        assertThat(EffectsPropertyTest.difference(expected, saved()))
                .as("seed %d", seed)
                .isEmpty();
        client.run("set", "one-more", "1");
        model.run("set", "one-more", "1");
        evictAll();
        assertThat(client.run("bgsave")).isEqualTo("+Background saving started\r\n");
        await().until(() -> saver.changesSinceSave() == 0 && !isSaving());
        assertThat(EffectsPropertyTest.difference(withoutDeadlines(Contents.of(model.engine.databases())), saved()))
                .as("seed %d", seed)
                .isEmpty();
    }

    private boolean isSaving() {
        Map<String, String> info = new HashMap<>();
        saver.info(info::put);
        return info.get("rdb_bgsave_in_progress").equals("1");
    }

    @Test
    void shouldReadEverythingAgainAfterReload() {
        fill(4);
        long count = model.engine.keyCount();
        CompletableFuture<String> reload = CompletableFuture.supplyAsync(() -> client.run("debug", "reload"));
        await().until(() -> !client.engine.tryEnter() || leave());
        assertThat(reload).as("the cold side has not got that far").isNotDone();
        persister.catchUp();
        assertThat(reload.join()).isEqualTo("+OK\r\n");
        assertThat(coldCount()).isEqualTo(count);
        for (int i = 0; i < 10; i++) {
            assertThat(client.run("lrange", "fresh" + i, "0", "-1")).isEqualTo("*2\r\n$1\r\na\r\n$1\r\nb\r\n");
        }
    }

    private boolean leave() {
        client.engine.exit();
        return false;
    }

    @Test
    void shouldNotWaitForAColdSideThatHasFailed() {
        client.run("set", "a", "1");
        persister.refusal = new Refusal(Refusal.Kind.FAILED, "the medium has failed");
        assertThat(client.run("debug", "reload")).isEqualTo("-MISCONF the medium has failed\r\n");
        persister.refusal = null;
        assertThat(client.run("set", "a", "2")).isEqualTo("+OK\r\n");
    }
}
