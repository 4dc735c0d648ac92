package io.nvmredis.spi.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nvmredis.spi.errors.PersistenceException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {
    private final List<String> told = new CopyOnWriteArrayList<>();

    @TempDir
    private Path directory;

    /** The other server: takes the lock, says so, and holds it until its input ends. */
    public static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            try (DirectoryLock lock = DirectoryLock.take(Path.of(arguments[0]), trouble -> {})) {
                System.out.println("taken by a " + lock.getClass().getSimpleName());
                System.out.flush();
                System.in.transferTo(OutputStream.nullOutputStream());
            }
        }
    }

    private Process startHolder() throws IOException {
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader output = holder.inputReader();
        assertThat(output.readLine()).startsWith("taken");
        return holder;
    }

    @Test
    void shouldNameTheProcessThatHasTheDirectory() throws Exception {
        Process holder = startHolder();
        try {
            assertThatThrownBy(() -> DirectoryLock.take(directory, told::add))
                    .isInstanceOf(PersistenceException.class)
                    .hasMessage("directory " + directory + " is in use by process " + holder.pid()
                            + "; stop that server or choose another directory");
        } finally {
            holder.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
        }
        // Killed, not closed: the kernel has let go of it.
        DirectoryLock.take(directory, told::add).close();
    }

    @Test
    void shouldHaveEndedItsThreadWhenItIsClosed() {
        for (int i = 0; i < 200; i++) {
            DirectoryLock.take(directory, told::add).close();
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .doesNotContain("nvm-redis-lock");
        }
    }

    @Test
    void shouldKeepTheLockWhenASecondTakerOfThisProcessIsTurnedAway() {
        try (DirectoryLock lock = DirectoryLock.take(directory, told::add)) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(
                                () -> DirectoryLock.take(directory.resolve("../" + directory.getFileName()), told::add))
                        .isInstanceOf(PersistenceException.class)
                        .hasMessageContaining(
                                "in use by process " + ProcessHandle.current().pid());
            }
            assertThat(lock).isNotNull();
        }
        DirectoryLock.take(directory, told::add).close();
    }

    @Test
    void shouldMakeTheDirectory() {
        Path deep = directory.resolve("a/b/c");
        DirectoryLock.take(deep, told::add).close();
        assertThat(deep).isDirectoryContaining(file -> file.endsWith("LOCK"));
    }

    @Test
    void shouldTellThatItsFileWasDeletedAndTakeItAgain() throws Exception {
        try (DirectoryLock lock = DirectoryLock.take(directory, told::add)) {
            Files.delete(directory.resolve("LOCK"));

            await().untilAsserted(() -> assertThat(told)
                    .containsExactly(directory.toRealPath().resolve("LOCK")
                            + " has been deleted while this server runs; it has been made and locked again"));

            assertThat(lock).isNotNull();
            // To read the file here would lose the lock: see the class.
            assertThat(lockInAnotherProcess())
                    .isEqualTo("in use by " + ProcessHandle.current().pid());
        }
    }

    @Test
    void shouldTellThatItsFileIsAnotherOneWhichSomebodyElseHas() throws Exception {
        Process other = null;
        try (DirectoryLock lock = DirectoryLock.take(directory, told::add)) {
            assertThat(lock).isNotNull();
            // Where a directory cannot be locked, as without the service, which this module does not have.
            Files.delete(directory.resolve("LOCK"));
            other = startHolder();
            long pid = other.pid();

            await().untilAsserted(() -> assertThat(told)
                    .singleElement()
                    .asString()
                    .contains("replaced by another file", "process " + pid + " has it now"));
        } finally {
            if (other != null) {
                other.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void shouldNotTakeAnotherDirectoryThatHasGotItsName() throws Exception {
        Path taken = directory.resolve("data");
        try (DirectoryLock lock = DirectoryLock.take(taken, told::add)) {
            assertThat(lock).isNotNull();
            Files.move(taken, directory.resolve("moved"));
            Files.createDirectory(taken);

            await().untilAsserted(
                            () -> assertThat(told).singleElement().asString().contains("and so has the directory"));

            assertThat(taken).isEmptyDirectory();
        }
    }

    @Test
    void shouldMakeWhatItMakesForItsOwnerAlone() throws IOException {
        Path deep = directory.resolve("a/b");
        DirectoryLock.take(deep, told::add).close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("a"))))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(deep)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(deep.resolve("LOCK"))))
                .isEqualTo("rw-------");
    }

    /** What another process finds that tries for the lock of the file alone. */
    private String lockInAnotherProcess() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Taker.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.inputReader().readLine();
    }

    /** Tries, and says what it found. */
    public static final class Taker {
        private Taker() {}

        public static void main(String[] arguments) {
            try {
                DirectoryLock.take(Path.of(arguments[0]), trouble -> {}).close();
                System.out.println("taken");
            } catch (PersistenceException e) {
                System.out.println(
                        String.valueOf(e.getMessage()).replaceAll("(?s).*in use by process (\\d+);.*", "in use by $1"));
            }
        }
    }
}
