package io.nvmredis.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportFilesTest {
    @TempDir
    private Path directory;

    @Test
    void shouldWriteEverythingAsJson() throws IOException {
        new ReportFiles(SampleReport.make()).write(directory);
        JsonNode json = JsonMapper.builder().build().readTree(Files.readString(directory.resolve(ReportFiles.JSON)));
        assertThat(json.at("/cells/0/arms/none/perSecond/median").asDouble()).isEqualTo(160_000);
        assertThat(json.at("/commandLine").asString()).endsWith(SampleReport.HOSTILE);
        assertThat(json.at("/restarts").size()).isEqualTo(4);
        assertThat(json.at("/samples/0/timeline/0").asLong()).isEqualTo(5_000);
    }

    @Test
    void shouldSummarizeInMarkdown() throws IOException {
        new ReportFiles(SampleReport.make()).write(directory.resolve("new"));
        assertThat(Files.readString(directory.resolve("new").resolve(ReportFiles.MARKDOWN)))
                .startsWith("### Persistence compared: NVM emulated in DRAM")
                .contains("| SET, some way | 160.0 (155.0–165.0) |")
                .contains("| nvm-aof-emulated | 905 / 901 | 915 / 911 |")
                .contains("Left out: rdb: ");
    }

    @Test
    void shouldDrawThroughputAsAPicture() throws Exception {
        new ReportFiles(SampleReport.make()).write(directory);
        Element svg = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(directory.resolve(ReportFiles.SVG).toFile())
                .getDocumentElement();
        assertThat(svg.getElementsByTagName("rect").getLength())
                .as("the background and a bar for each arm")
                .isEqualTo(5);
        assertThat(svg.getTextContent()).contains("NVM emulated in DRAM", "nvm-aof-emulated", "280,000");
    }

    @Test
    void shouldWriteAPageThatNeedsNoNetworkAndCannotBeBrokenByItsData() throws IOException {
        new ReportFiles(SampleReport.make()).write(directory);
        String page = Files.readString(directory.resolve(ReportFiles.HTML));
        assertThat(page).doesNotContain("<script src", "<link rel=\"stylesheet", "@import");
        assertThat(page.split("</script>", -1))
                .as("the page's own scripts and no other")
                .hasSize(4);
        assertThat(page).doesNotContain("/*DATA*/", "/*STYLE*/", "/*LIBRARY*/", "/*SCRIPT*/", "<!--");
    }
}
