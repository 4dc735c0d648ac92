package io.nvmredis.it.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shows that the comparison runs; what comes of it depends on the machine. */
class ComparePersistencesIT {
    @TempDir
    private Path directory;

    @Test
    void shouldCompareTwoPersistences() {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        List<Double> ratios = ComparePersistences.compare(
                "nvm-aof,nvm-domain=msync,nvm-segment-size=16mb",
                "aof,appendfsync=always",
                directory,
                3,
                200,
                new PrintStream(said, true, StandardCharsets.UTF_8));
        assertThat(ratios)
                .hasSize(3)
                .allSatisfy(ratio -> assertThat(ratio).isPositive().isFinite());
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("survivesPowerLoss=true", "round 3: ratio", "(median)");
    }
}
