package io.nvmredis.bench.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every program, with as little as it takes. */
class ProgramsTest {
    @TempDir
    private Path directory;

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();

    private int run(String... words) throws Exception {
        return Programs.run(new PrintStream(output, true, StandardCharsets.UTF_8), words);
    }

    private String printed() {
        return output.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Collectors -XX:+UseSerialGC 1 1 1000 100 1000 DIR | UseSerialGC` .* MB
            BeyondDram 20000 100 90 1 1 DIR 2            | a part .* ratio
            BeyondDram 20000 20 100 1 1 DIR 2 fields     | a part .* p99 .* ratio
            ReadBesideWrites none,nvm-aof-emulated 2 1 1 1 1000 100 DIR DIR | nvm-aof-emulated .* GET p50
            PersistenceCost 1 1 2 4 100 DIR 1000         | nvm-aof .* ratio
            ReplayThroughput 1000 100 1 10000 DIR        | median ratio
            RestartTime 100 0.001,0.002 1 DIR set+hset 1 1 | 0.002 GB under load .* first write
            SnapshotStall 1000 100 1 DIR                 | HSET, BGSAVE .* longest
            SpaceAfterDeletes 1000 100 90 DIR            | flushed, settled .* live 0;
            SpaceAfterOverwrites 1000 100 1 DIR          | overwritten  1 times
            TablePhases DIR 1000 100 1000                | overwrite: .* million
            """)
    void shouldMeasure(String words, String line) throws Exception {
        int status = run(words.replace("DIR", directory.toString()).split(" ", -1));
        assertThat(status).isZero();
        assertThat(printed()).containsPattern(line);
        assertThat(directory).as("data are deleted").isEmptyDirectory();
    }

    @Test
    void shouldNameTheProgramsWhereThereIsNoneOfTheName() throws Exception {
        assertThat(run("NoSuchProgram")).isEqualTo(2);
        assertThat(printed()).contains("BeyondDram", "SnapshotStall", "TablePhases");
    }
}
