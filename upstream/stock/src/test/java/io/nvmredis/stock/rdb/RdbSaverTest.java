package io.nvmredis.stock.rdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nvmredis.rdb.MemoryDataSet;
import io.nvmredis.rdb.RdbLoadOptions;
import io.nvmredis.rdb.RdbLoader;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a Redis user relies on with SAVE, BGSAVE and save points, also when the disk is full. */
class RdbSaverTest {
    @TempDir
    Path directory;

    private final MemoryDataSet data = new MemoryDataSet();
    private final FaultyFiles files = new FaultyFiles();
    private final AtomicBoolean isRewriting = new AtomicBoolean();
    private RdbSaver saver;

    @BeforeEach
    void makeSaver() {
        saver = new RdbSaver(directory, settings(""), data, new OwnFiles("rdb"), isRewriting::get, files);
        data.set("key", "first");
    }

    @AfterEach
    void close() {
        files.gate.countDown();
        saver.close();
    }

    private static RdbSettings settings(String savePoints) {
        return RdbSettings.of(Map.of("save", savePoints));
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultyFiles.Step.class,
            names = {"NONE", "SYNC_DIRECTORY"},
            mode = EnumSource.Mode.EXCLUDE)
    void shouldLeaveTheFileOfTheLastSaveWhenTheDiskIsFull(FaultyFiles.Step step) throws IOException {
        saver.save();
        data.set("key", "second");
        // So much that it is written in several pieces.
        byte[] noise = new byte[4 << 20];
        new Random(1).nextBytes(noise);
        data.set("noise", MemoryDataSet.text(noise));
        saver.changed(2);

        files.failing = step;
        assertThatThrownBy(saver::save)
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("No space left on device")
                .hasMessageContaining("dump.rdb");
        assertThat(savedKey()).isEqualTo("first");
        assertThat(fileNames()).containsExactly("dump.rdb");
        assertThat(saver.changesSinceSave()).isEqualTo(2);
        assertThat(saver.hasFailed()).as("SAVE says it itself").isFalse();

        files.failing = FaultyFiles.Step.NONE;
        saver.save();
        assertThat(savedKey()).isEqualTo("second");
        assertThat(saver.changesSinceSave()).isZero();
    }

    @Test
    void shouldNotReplaceAFileThatItHasNeitherWrittenNorLoaded() throws IOException {
        Path file = directory.resolve("dump.rdb");
        byte[] others = MemoryDataSet.bytes("REDIS0010\u00ff\0\0\0\0\0\0\0\0");
        Files.write(file, others);
        saver.configure(settings("1 1"));
        assertThatThrownBy(saver::save)
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("import");
        assertThatThrownBy(() -> saver.saveInBackground(false)).hasMessageContaining(file.toString());
        saver.changed(1);
        await().until(saver::hasFailed);
        assertThat(Files.readAllBytes(file)).isEqualTo(others);
        assertThat(fileNames()).containsExactly("dump.rdb");

        Files.delete(file);
        saver.save();
        saver.save();
        assertThat(savedKey()).isEqualTo("first");
    }

    @Test
    void shouldNotReplaceAFileThatSomebodyHasPutThereMeanwhile() throws IOException {
        saver.save();
        Path file = directory.resolve("dump.rdb");
        Files.write(file, MemoryDataSet.bytes("REDIS0010\u00ff"));
        assertThatThrownBy(saver::save).hasMessageContaining(file.toString());
    }

    @Test
    void shouldKnowTheFileOfAnEarlierServerOfItsKindAlone() {
        saver.save();
        saver.close();
        try (RdbSaver next =
                new RdbSaver(directory, settings(""), data, new OwnFiles("rdb"), isRewriting::get, files)) {
            next.save();
        }
        try (RdbSaver other =
                new RdbSaver(directory, settings(""), data, new OwnFiles("aof"), isRewriting::get, files)) {
            assertThatThrownBy(other::save).hasMessageContaining("neither written nor loaded");
        }
    }

    @Test
    void shouldSayThatANameIsPerhapsNotDurable() {
        files.failing = FaultyFiles.Step.SYNC_DIRECTORY;
        saver.changed(1);
        assertThatThrownBy(saver::save).isInstanceOf(PersistenceException.class);
        assertThat(saver.changesSinceSave()).isEqualTo(1);
        assertThat(savedKey()).isEqualTo("first");
    }

    @Test
    void shouldRememberThatABackgroundSaveHasFailedUntilOneSucceeds() {
        files.failing = FaultyFiles.Step.WRITE;
        assertThat(saver.saveInBackground(false)).isEqualTo("Background saving started");
        await().until(saver::hasFailed);
        await().until(() -> info().get("rdb_bgsave_in_progress").equals("0"));
        assertThat(info()).containsEntry("rdb_last_bgsave_status", "err");

        files.failing = FaultyFiles.Step.NONE;
        saver.saveInBackground(false);
        await().until(() -> !saver.hasFailed());
        assertThat(savedKey()).isEqualTo("first");
    }

    @Test
    void shouldRunOneSaveAtATimeAndCountWhatChangesMeanwhile() {
        files.gate = new CountDownLatch(1);
        saver.changed(5);
        saver.saveInBackground(false);
        assertThatThrownBy(() -> saver.saveInBackground(false)).hasMessage("ERR Background save already in progress");
        assertThatThrownBy(() -> saver.saveInBackground(true)).hasMessage("ERR Background save already in progress");
        assertThatThrownBy(saver::save).hasMessage("ERR Background save already in progress");
        await().untilAsserted(() -> assertThat(info())
                .containsEntry("rdb_bgsave_in_progress", "1")
                .containsEntry("current_save_keys_total", "1"));
        saver.changed(2);
        data.set("key", "second");

        files.gate.countDown();
        await().until(() -> info().get("rdb_bgsave_in_progress").equals("0"));
        assertThat(saver.changesSinceSave()).isEqualTo(2);
        assertThat(savedKey()).as("the data as they were when it began").isEqualTo("first");
    }

    @Test
    void shouldWaitForARewriteIfItIsToldToSchedule() {
        isRewriting.set(true);
        assertThatThrownBy(() -> saver.saveInBackground(false))
                .hasMessageStartingWith("ERR Another child process is active (AOF?): can't BGSAVE right now.");
        assertThat(saver.saveInBackground(true)).isEqualTo("Background saving scheduled");
        assertThat(fileNames()).isEmpty();
        isRewriting.set(false);
        await().untilAsserted(() -> assertThat(fileNames()).containsExactly("dump.rdb"));
    }

    @Test
    void shouldSaveByItselfAtASavePoint() {
        saver.configure(settings("3600 1000 1 3"));
        saver.changed(2);
        long start = saver.lastSaveSeconds();
        await().until(() -> System.currentTimeMillis() / 1000 > start + 2);
        assertThat(fileNames()).as("too few changes").isEmpty();
        saver.changed(1);
        await().untilAsserted(() -> assertThat(fileNames()).containsExactly("dump.rdb"));
        await().until(() -> saver.changesSinceSave() == 0);
        assertThat(saver.lastSaveSeconds()).isGreaterThan(start);
    }

    @Test
    void shouldGiveUpASaveOfWhatHasBeenFlushedAndSaveTheEmptyDataSet() {
        saver.save();
        saver.configure(settings("3600 1"));
        CountDownLatch held = new CountDownLatch(1);
        files.gate = held;
        int arrived = files.arrived.get();
        saver.saveInBackground(false);
        await().until(() -> files.arrived.get() > arrived);
        files.gate = new CountDownLatch(0);
        data.clear();
        saver.changed(1);
        saver.flushed(1);
        assertThat(saved().content()).as("when FLUSHALL is answered").isEmpty();
        assertThat(saver.changesSinceSave()).isZero();
        held.countDown();
        await().until(() -> info().get("rdb_bgsave_in_progress").equals("0"));
        assertThat(saved().content())
                .as("when the save that was given up has ended")
                .isEmpty();
        assertThat(saver.hasFailed()).isFalse();
    }

    @Test
    void shouldLeaveTheFileAloneAfterAFlushWithoutSavePoints() {
        saver.save();
        files.gate = new CountDownLatch(1);
        saver.saveInBackground(false);
        data.clear();
        saver.flushed(1);
        files.gate.countDown();
        await().until(() -> info().get("rdb_bgsave_in_progress").equals("0"));
        assertThat(savedKey()).isEqualTo("first");
    }

    @Test
    void shouldGiveUpABackgroundSaveWhenItIsClosed() {
        saver.save();
        files.gate = new CountDownLatch(1);
        data.set("key", "second");
        saver.saveInBackground(false);
        Thread closing = new Thread(saver::close);
        closing.start();
        await().until(() -> closing.getState() == Thread.State.WAITING);
        files.gate.countDown();
        await().until(() -> !closing.isAlive());
        assertThat(savedKey()).isEqualTo("first");
        assertThat(fileNames()).containsExactly("dump.rdb");
        assertThatThrownBy(saver::save).hasMessageContaining("shutting down");
    }

    @Test
    void shouldReplaceTheFileOfAnotherName() {
        saver.configure(RdbSettings.of(Map.of("dbfilename", "other.rdb", "rdbcompression", "no")));
        assertThatCode(saver::save).doesNotThrowAnyException();
        assertThat(fileNames()).containsExactly("other.rdb");
    }

    private Map<String, String> info() {
        Map<String, String> info = new HashMap<>();
        saver.info(info::put);
        return info;
    }

    private MemoryDataSet saved() {
        MemoryDataSet saved = new MemoryDataSet();
        RdbLoader.load(directory.resolve("dump.rdb"), RdbLoadOptions.DEFAULT, saved, LoadingListener.NONE);
        return saved;
    }

    private String savedKey() {
        return saved().database(0).get("key").string;
    }

    private List<String> fileNames() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] byAnEarlierServer(int lsn) {
        return ("REDIS0010\u00fa\15nvm-redis-lsn\1" + lsn + "\u00fe\0\0\1k\1v\u00ff" + "\0".repeat(8))
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /** It said what the last transaction is, and not which persistence it had. */
    @Test
    void shouldReplaceTheCopyThatAnEarlierServerHasWritten() throws IOException {
        OwnFiles own = new OwnFiles("nvm-aof", 5);
        try (RdbSaver next = new RdbSaver(directory, settings(""), data, own, isRewriting::get, files)) {
            Files.write(directory.resolve("dump.rdb"), byAnEarlierServer(6));
            assertThatThrownBy(next::save).hasMessageContaining("neither written nor loaded");
            Files.write(directory.resolve("dump.rdb"), byAnEarlierServer(5));
            next.save();
        }
        assertThat(savedKey()).isEqualTo("first");
    }
}
