package io.nvmredis.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole comparison, in small: real servers in processes of their own. */
class BenchTest {
    @TempDir
    private Path directory;

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();

    private int run(String... more) {
        List<String> arguments = new ArrayList<>(List.of(more));
        arguments.addAll(List.of("--dir", directory.toString(), "--nvm-dir", directory.toString()));
        arguments.addAll(List.of("--out", directory.resolve("out").toString()));
        return Bench.run(new PrintStream(output, true, StandardCharsets.UTF_8), arguments.toArray(String[]::new));
    }

    @Test
    void shouldMeasureArmsInRoundsAndReportThem() throws IOException {
        int status = run(
                "--arms",
                "none,nvm-aof-emulated",
                "--rounds",
                "2",
                "--seconds",
                "0.2",
                "--keys",
                "1000",
                "--clients",
                "4",
                "--workloads",
                "set@4,incr@1x1,set@200/s",
                "--jvm-options",
                "-Xmx256m",
                "--restart-sizes",
                "0.002",
                "--restarts",
                "1",
                "--behaviour-seconds",
                "0.5");
        assertThat(status).as(output.toString(StandardCharsets.UTF_8)).isZero();
        JsonNode report = JsonMapper.builder().build().readTree(Files.readString(directory.resolve("out/report.json")));
        assertThat(report.at("/cells")).hasSize(3);
        assertThat(report.at("/samples")).as("arms x rounds x loads").hasSize(2 * 2 * 3);
        for (JsonNode sample : report.at("/samples")) {
            assertThat(sample.get("perSecond").asDouble()).isPositive();
        }
        assertThat(report.at("/cells/0/ratios/nvm-aof-emulated/none/count").asInt())
                .isEqualTo(2);
        assertThat(report.at("/arms/1/promise").asString()).contains("ordinary memory in place of persistent memory");
        assertThat(report.at("/restarts/0/arm").asString()).isEqualTo("nvm-aof-emulated");
        assertThat(report.at("/restarts/0/firstWriteMillis/median").asDouble()).isPositive();
        assertThat(report.at("/behaviours")).hasSize(2);
        assertThat(report.at("/replays/0/perSecond/median").asDouble()).isPositive();
        try (var left = Files.list(directory)) {
            assertThat(left).as("data are deleted").containsExactly(directory.resolve("out"));
        }
    }

    @Test
    void shouldSayWhyAnArmIsLeftOutAndFailIfNoneIsLeft() {
        int status = run(
                "--arms",
                "none",
                "--jvm-options",
                "-XX:+NoSuchOption",
                "--restart-sizes",
                "0",
                "--behaviour-seconds",
                "0");
        assertThat(status).isEqualTo(1);
        assertThat(output.toString(StandardCharsets.UTF_8)).contains("none", "LEFT OUT", "NoSuchOption");
    }

    @Test
    void shouldRefuseAWrongCommandLineAndNameEveryFault() {
        assertThat(run("--arms", "none,quick", "--workloads", "sort@1,set")).isEqualTo(2);
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @Test
    void shouldListArms() {
        assertThat(run("--list")).isZero();
        assertThat(output.toString(StandardCharsets.UTF_8)).contains("* none", "nvm-aof-msync", "  jedis-mock");
    }
}
