package io.nvmredis.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {
    @TempDir
    private Path directory;

    /** The other server: takes the lock, says so, and holds it until its input ends. */
    public static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            try (DirectoryLock lock = DirectoryLock.take(Path.of(arguments[0]))) {
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
            assertThatThrownBy(() -> DirectoryLock.take(directory))
                    .isInstanceOf(PersistenceException.class)
                    .hasMessage("directory " + directory + " is in use by process " + holder.pid()
                            + "; stop that server or choose another directory");
        } finally {
            holder.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
        }
        // Killed, not closed: the kernel has let go of it.
        DirectoryLock.take(directory).close();
    }

    @Test
    void shouldKeepTheLockWhenASecondTakerOfThisProcessIsTurnedAway() {
        try (DirectoryLock lock = DirectoryLock.take(directory)) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> DirectoryLock.take(directory.resolve("../" + directory.getFileName())))
                        .isInstanceOf(PersistenceException.class)
                        .hasMessageContaining(
                                "in use by process " + ProcessHandle.current().pid());
            }
            assertThat(lock).isNotNull();
        }
        DirectoryLock.take(directory).close();
    }

    @Test
    void shouldMakeTheDirectory() {
        Path deep = directory.resolve("a/b/c");
        DirectoryLock.take(deep).close();
        assertThat(deep).isDirectoryContaining(file -> file.endsWith("LOCK"));
    }
}
