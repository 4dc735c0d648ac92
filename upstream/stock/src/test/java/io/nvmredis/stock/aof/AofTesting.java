package io.nvmredis.stock.aof;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.testkit.TemporaryDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the tests of this package share. */
final class AofTesting {

    private AofTesting() {}

    static Map<String, String> settings(String... namesAndValues) {
        Map<String, String> settings = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            settings.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return settings;
    }

    static AofPersister persister(Path directory, FileOperations files, String... namesAndValues) {
        return new AofPersister(new PersisterConfig(directory, settings(namesAndValues)), files);
    }

    static AofPersister persister(Path directory, String... namesAndValues) {
        return persister(directory, new FileOperations(), namesAndValues);
    }

    static AofPersister opened(Path directory, TransactionSink sink, String... namesAndValues) {
        AofPersister persister = persister(directory, namesAndValues);
        persister.open(sink, new Listener(), LoadingListener.NONE);
        return persister;
    }

    /** What a directory holds, as a model. */
    static Map<String, String> contentOf(Path directory, String... namesAndValues) {
        ModelData data = new ModelData();
        opened(directory, data, namesAndValues).close();
        return data.strings();
    }

    /** The transactions a directory holds, each as text: {@code run} or {@code apply}, LSN, commands. */
    static List<String> transactionsOf(Path directory, String... namesAndValues) {
        Texts texts = new Texts();
        opened(directory, texts, namesAndValues).close();
        return texts.texts;
    }

    static RecoveryReport open(Path directory, Texts texts, String... namesAndValues) {
        try (AofPersister persister = persister(directory, namesAndValues)) {
            return persister.open(texts, new Listener(), LoadingListener.NONE);
        }
    }

    static void write(Path path, String text) {
        try {
            Files.createDirectories(path.getParent());
            Files.writeString(path, text, ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The files below a directory and what is in them; without the lock. */
    static Map<String, String> filesOf(Path directory) {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.filter(Files::isRegularFile).collect(Collectors.toList())) {
                if (!path.endsWith("LOCK")) {
                    content.put(directory.relativize(path).toString(), Files.readString(path, ISO_8859_1));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return content;
    }

    /** Copies a directory over what is there; files that are not in it are deleted. */
    static void copyOver(Path from, Path to) {
        if (Files.exists(to)) {
            TemporaryDirectory.delete(to);
        }
        copy(from, to);
    }

    static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            files.forEach(file -> copyOne(file, to.resolve(from.relativize(file).toString())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copyOne(Path from, Path to) {
        try {
            Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException e) {
            throw new AssertionError("files change while they are copied", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Notes what it is told. */
    static final class Listener implements CommitListener {
        volatile long durableLsn;
        volatile PersistenceException failure;

        @Override
        public void onDurable(long newDurableLsn) {
            durableLsn = Math.max(durableLsn, newDurableLsn);
        }

        @Override
        public void onCommitFailed(PersistenceException newFailure) {
            failure = newFailure;
        }
    }

    /** Collects transactions as texts. */
    static final class Texts implements TransactionSink {
        final List<String> texts = new ArrayList<>();

        @Override
        public void apply(long lsn, byte[] bytes, int offset, int length) {
            texts.add("apply " + lsn + " " + new String(bytes, offset, length, ISO_8859_1));
        }

        @Override
        public void run(long lsn, byte[] bytes, int offset, int length) {
            texts.add("run " + lsn + " " + new String(bytes, offset, length, ISO_8859_1));
        }
    }
}
