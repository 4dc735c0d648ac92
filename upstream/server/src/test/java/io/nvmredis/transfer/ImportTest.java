package io.nvmredis.transfer;

import static io.nvmredis.transfer.FakeMaster.resp;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.stock.aof.AofPersisterProvider;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that has come in half passes as done. */
class ImportTest {
    private static final String RDB = "REDIS0010\u00fe\0\0\001k\001v\u00ff" + "\0".repeat(8);

    @TempDir
    Path temporary;

    private Path home;
    private Path mark;

    @BeforeEach
    void name() {
        home = temporary.resolve("home");
        mark = home.resolve("import-unfinished");
    }

    private Import importing(String source) {
        return importing(source, new Import.Options(false, false, false));
    }

    private Import importing(String source, Import.Options options) {
        PersisterConfig config = new PersisterConfig(home, Map.of());
        DataHome data = new DataHome(home, "aof", () -> new AofPersisterProvider().create(config), 1 << 20, Map.of());
        return new Import(data, source, options, Progress.NONE);
    }

    private String file(String content) throws IOException {
        return Files.writeString(temporary.resolve("file"), content, ISO_8859_1).toString();
    }

    @Test
    void shouldSayOfAWholeImportThatItIsOne() throws IOException {
        importing(file(RDB)).run();
        assertThat(mark).doesNotExist();
    }

    @Test
    void shouldNameTheCommandThatFailsAndWhereItStands() throws IOException {
        String before = resp("RPUSH l a") + resp("rpush l b");
        Import work = importing(file(before + resp("INCR l")));
        assertThatThrownBy(work::run)
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining(temporary.resolve("file").toString())
                .hasMessageContaining("the command at offset " + before.length())
                .hasMessageContaining("'INCR l'")
                .hasMessageContaining("WRONGTYPE");
        assertThat(mark).exists();
    }

    @Test
    void shouldLeaveNoMarkWhereItHasChangedNothing() throws IOException {
        String source = temporary.resolve("missing").toString();
        assertThatThrownBy(() -> importing(source).run()).isInstanceOf(TransferException.class);
        assertThat(mark).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "REDIS0010", "\0\0\0\0\0", "REDIS0010\u00fe\0\0\001k\001v"})
    void shouldRefuseWhatIsNoDataSet(String content) throws IOException {
        Import work = importing(file(content));
        assertThatThrownBy(work::run)
                .hasMessageContaining(temporary.resolve("file").toString());
    }

    @Test
    void shouldLeaveOutHalfATransactionAtTheEnd() throws IOException {
        Import work = importing(file(resp("SET a 1") + resp("MULTI") + resp("SET b 1")));
        assertThat(work.run()).contains("1 commands");
        assertThat(mark).doesNotExist();
    }

    @Test
    void shouldNotTakeADataSetThatBreaksOffForAWholeOne() throws IOException {
        try (FakeMaster master = new FakeMaster(RDB.substring(0, 14), RDB.length(), "master_repl_offset:100\r\n")) {
            Import work = importing(master.address());
            CompletableFuture<String> running = CompletableFuture.supplyAsync(work::run);
            await().until(() -> master.syncCount.get() > 0);
            work.stop();
            assertThatThrownBy(running::join)
                    .isInstanceOf(CompletionException.class)
                    .hasMessageContaining("before the data set had come as a whole");
        }
    }

    @Test
    void shouldNotSayThatAllIsHereWhereTheMasterDoesNotSayHowMuchThatIs() throws IOException {
        try (FakeMaster master = new FakeMaster(RDB, RDB.length(), "role:master\r\n")) {
            assertStopped(master).hasMessageContaining("does not say how far its stream goes");
        }
        assertThat(mark).exists();
    }

    @Test
    void shouldEndWellWhereAllIsHere() throws IOException {
        try (FakeMaster master = new FakeMaster(RDB, RDB.length(), "master_repl_offset:100\r\n")) {
            Import work = importing(master.address());
            CompletableFuture<String> running = CompletableFuture.supplyAsync(work::run);
            await().until(() -> master.syncCount.get() > 0);
            await().until(() -> Files.exists(mark));
            work.stop();
            assertThat(running.join()).contains("imported 1 keys");
        }
        assertThat(mark).doesNotExist();
    }

    private AbstractThrowableAssert<?, ?> assertStopped(FakeMaster master) {
        Import work = importing(master.address());
        CompletableFuture<String> running = CompletableFuture.supplyAsync(work::run);
        await().until(() -> Files.exists(mark));
        await().pollDelay(Duration.ofMillis(300)).until(() -> master.syncCount.get() > 0);
        work.stop();
        return assertThatThrownBy(running::join);
    }

    @Test
    void shouldNotFinishAnotherImportThatHasFailedHalfway() throws IOException {
        String half = file(resp("SET a 1") + resp("RPUSH l a") + resp("INCR l"));
        assertThatThrownBy(() -> importing(half).run()).hasMessageContaining("WRONGTYPE");
        String other = file(RDB);
        assertThatThrownBy(() ->
                        importing(other, new Import.Options(false, true, false)).run())
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining(mark.toString());
        assertThat(mark).exists();
    }

    /** It breaks off, sends all its data anew, and goes on a while later. */
    private static final class ResyncingMaster extends FakeMaster {
        private static final String COMMAND = resp("SET late 1");
        private final CountDownLatch asked = new CountDownLatch(1);

        ResyncingMaster() throws IOException {
            super(RDB, RDB.length(), "");
        }

        @Override
        String replicationInfo() {
            asked.countDown();
            return "master_repl_offset:" + (syncCount.get() < 2 ? 200 : 300 + COMMAND.length()) + "\r\n";
        }

        @Override
        boolean sync(OutputStream output) throws IOException {
            int count = syncCount.incrementAndGet();
            sendDataSet(output, count == 1 ? 100 : 300);
            try {
                asked.await();
                Thread.sleep(300);
            } catch (InterruptedException e) {
                return false;
            }
            output.write(COMMAND.getBytes(ISO_8859_1), 0, count == 1 ? 0 : COMMAND.length());
            output.flush();
            return count > 1;
        }
    }

    @Test
    void shouldCatchUpWithWhatComesBehindADataSetThatIsSentAnew() throws IOException {
        try (FakeMaster master = new ResyncingMaster()) {
            assertThat(importing(master.address(), new Import.Options(false, false, true))
                            .run())
                    .contains("1 keys")
                    .contains("1 commands");
            assertThat(master.syncCount.get()).isEqualTo(2);
        }
    }
}
