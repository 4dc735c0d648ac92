package io.nvmredis.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nvmredis.bench.arm.ArmCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opens the page as a reader does. */
class ReportInBrowserTest {
    private static final Pattern CHART = Pattern.compile("<div class=\"chart[^>]*>");
    private static final Pattern CHART_COUNT = Pattern.compile("data-chart-count=\"(\\d+)\"");

    @TempDir
    private Path directory;

    @Test
    void shouldDrawEveryChartWithoutAnError() throws Exception {
        Optional<Path> chromium = Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> ArmCatalog.onPath(name).stream())
                .findFirst();
        assumeTrue(chromium.isPresent(), "there is no Chromium on the PATH");
        new ReportFiles(SampleReport.make()).write(directory);
        Path page = directory.resolve("page");
        Path log = directory.resolve("log");
        Process browser = new ProcessBuilder(command(chromium.get()))
                .redirectOutput(page.toFile())
                .redirectError(log.toFile())
                .start();
        boolean ended = browser.waitFor(120, TimeUnit.SECONDS);
        browser.destroyForcibly();
        assertThat(ended).as("the browser is through").isTrue();
        assertThat(Files.readAllLines(log))
                .as("what the page wrote to the console")
                .noneMatch(line -> line.contains("CONSOLE"));
        requireCharts(Files.readString(page));
    }

    private List<String> command(Path chromium) throws IOException {
        return List.of(
                chromium.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--user-data-dir=" + Files.createDirectory(directory.resolve("profile")),
                "--enable-logging=stderr",
                "--virtual-time-budget=10000",
                "--dump-dom",
                directory.resolve(ReportFiles.HTML).toUri().toString());
    }

    private static void requireCharts(String page) {
        Matcher count = CHART_COUNT.matcher(page);
        assertThat(count.find()).as("the script has run to its end").isTrue();
        List<String> charts =
                CHART.matcher(page).results().map(match -> match.group()).toList();
        // Throughput, latency, two of restarts, two over time, processor time.
        assertThat(charts).hasSize(7).hasSize(Integer.parseInt(count.group(1)));
        assertThat(charts).allMatch(chart -> chart.contains("data-drawn=\"true\""));
        assertThat(charts)
                .as("each says what it was measured on")
                .allMatch(chart -> chart.contains("NVM emulated in DRAM"));
    }
}
