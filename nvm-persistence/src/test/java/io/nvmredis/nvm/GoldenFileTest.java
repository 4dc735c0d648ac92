package io.nvmredis.nvm;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.nvm.format.LogFileNames;
import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.nvm.sim.TestLog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of every released version stay loadable. */
class GoldenFileTest {
    private static final int SEGMENT_LENGTH = 8192;
    /** As it was at first: segments have no high-water mark. Either reads what the other has written. */
    private static final String WITHOUT_HIGH_WATER = "v1";

    private static final String WITH_HIGH_WATER = "v1-high-water";
    /** Of today: the frontier's check mixes all bits. */
    private static final String WITH_MIXED_FRONTIER = "v1-mixed-frontier";

    private static final List<String> TRANSACTIONS =
            List.of("first", "", "\u00ff\u0000binary", "large ".repeat(1000), "last");

    private static SimulatedDisk written() {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestLog log = new TestLog(disk, SEGMENT_LENGTH)) {
            log.appendAndCommit(TRANSACTIONS.get(0));
            log.append(TRANSACTIONS.get(1));
            log.appendAndCommit(TRANSACTIONS.get(2));
            log.appendAndCommit(TRANSACTIONS.get(3));
            log.append(TRANSACTIONS.get(4));
        }
        return disk;
    }

    private static Map<String, byte[]> golden(String version) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        for (String name : List.of(
                LogFileNames.SUPERBLOCK, LogFileNames.segment(1), LogFileNames.segment(2), LogFileNames.segment(3))) {
            try (InputStream in = GoldenFileTest.class.getResourceAsStream("/golden/" + version + "/" + name)) {
                files.put(name, in.readAllBytes());
            }
        }
        return files;
    }

    @ParameterizedTest
    @ValueSource(strings = {WITHOUT_HIGH_WATER, WITH_HIGH_WATER, WITH_MIXED_FRONTIER})
    void shouldLoadVersion1(String golden) throws IOException {
        SimulatedDisk disk = SimulatedDisk.of(golden(golden));
        TestLog log = new TestLog(disk, SEGMENT_LENGTH);
        assertThat(log.found()).isEqualTo(TRANSACTIONS);
        assertThat(log.note()).isNull();
        log.appendAndCommit("more");
        assertThat(new TestLog(disk, SEGMENT_LENGTH).found()).hasSize(TRANSACTIONS.size() + 1);
    }

    /** Nothing but the frontier says that the last transaction was durable. */
    @ParameterizedTest
    @ValueSource(strings = {WITHOUT_HIGH_WATER, WITH_HIGH_WATER, WITH_MIXED_FRONTIER})
    void shouldBelieveTheFrontier(String golden) throws IOException {
        Map<String, byte[]> files = golden(golden);
        byte[] segment = files.get(LogFileNames.segment(3));
        int last = new String(segment, ISO_8859_1).lastIndexOf(TRANSACTIONS.get(4));
        segment[last]++;
        SimulatedDisk disk = SimulatedDisk.of(files);
        assertThatThrownBy(() -> new TestLog(disk, SEGMENT_LENGTH)).hasMessageContaining("(LSN 5 was durable)");
    }

    /** What is written today is version 1 to the byte; if this fails on purpose, there is a version 2. */
    @Test
    void shouldWriteVersion1() throws IOException {
        Map<String, byte[]> expected = golden(WITH_MIXED_FRONTIER);
        Map<String, byte[]> actual = written().contents();
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach(
                (name, content) -> assertThat(actual.get(name)).as(name).isEqualTo(content));
    }

    /** Writes the golden files, for a new version: give it the folder. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        for (Map.Entry<String, byte[]> file : written().contents().entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
    }
}
