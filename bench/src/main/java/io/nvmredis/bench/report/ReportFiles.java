package io.nvmredis.bench.report;

import io.nvmredis.bench.result.BenchReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.json.JsonMapper;

/** Writes a report into a directory, in each of its forms. */
public final class ReportFiles {
    public static final String HTML = "report.html";
    public static final String JSON = "report.json";
    public static final String MARKDOWN = "report.md";
    public static final String SVG = "report.svg";

    private final BenchReport report;

    public ReportFiles(BenchReport report) {
        this.report = report;
    }

    /** Returns the directory, in which older files of these names are gone. */
    public Path write(Path directory) throws IOException {
        Files.createDirectories(directory);
        String json = JsonMapper.builder().build().writeValueAsString(report);
        Files.writeString(directory.resolve(JSON), json, StandardCharsets.UTF_8);
        Files.writeString(directory.resolve(HTML), new HtmlPage(report.media(), json).text(), StandardCharsets.UTF_8);
        Files.writeString(directory.resolve(MARKDOWN), new MarkdownText(report).text(), StandardCharsets.UTF_8);
        Files.writeString(directory.resolve(SVG), new SvgChart(report).text(), StandardCharsets.UTF_8);
        return directory;
    }
}
