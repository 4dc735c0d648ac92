package io.nvmredis.it.suites;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.TestDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CompareSuitesTest {
    private static final String SUREFIRE = """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" name="a.SetTest" tests="5">
              <properties><property name="os.name" value="Linux"/></properties>
              <testcase name="shouldSet" classname="a.SetTest" time="0.1"><system-out><![CDATA[<failure/>]]></system-out></testcase>
              <testcase name="shouldGet{Protocol}[1]" classname="a.SetTest"><failure message="m" type="E">trace</failure></testcase>
              <testcase name="shouldGet{Protocol}[2]" classname="a.SetTest"><error type="E">trace</error></testcase>
              <testcase name="shouldSkip" classname="a.SetTest"><skipped message="a newer Redis"/></testcase>
              <testcase name="shouldRetry" classname="a.SetTest"><flakyFailure type="E">trace</flakyFailure></testcase>
            </testsuite>
            """;
    private static final String PYTEST = """
            <?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="0">
            <testcase classname="tests.test_commands.TestKeys" name="test_get[single-Redis@7f3a]" time="0.01" />
            <testcase classname="tests.test_commands.TestKeys" name="test_get[single-Redis@7f3a]"><error message="teardown"/></testcase>
            </testsuite></testsuites>
            """;
    private static final String MOCHA = """
            <testsuites name="Mocha Tests"><testsuite name="Root Suite"><testcase name="outside" time="0"></testcase></testsuite>
            <testsuite name="transaction" file="/t.ts">
              <testcase name="transaction
               works" time="0.01" classname="works"></testcase>
              <testcase name="fails" classname=""><failure message="m"><![CDATA[trace]]></failure></testcase>
            </testsuite></testsuites>
            """;
    private static final String TCL = """
            Starting test server at port 21079
            \u001b[1;37;49mTesting unit/scan\u001b[0m
            [\u001b[0;32;49mok\u001b[0m]: SCAN basic (12 ms)
            [\u001b[0;32;49mok\u001b[0m]: SCAN basic (3 ms)
            [\u001b[0;31;49merr\u001b[0m]: SSCAN with (some) words in tests/unit/scan.tcl
            Expected '1' to be equal to '2'
            [\u001b[0;32;49mok\u001b[0m]: FUZZ seed 1234567 (3 ms)
            [\u001b[0;36;49mignore\u001b[0m]: SCAN guarantees: Not supported on external server
            *** [\u001b[0;31;49merr\u001b[0m]: SSCAN with (some) words in tests/unit/scan.tcl
            """;

    private static final String SUMMARY =
            "<failsafe-summary result=\"255\"><completed>1</completed></failsafe-summary>";
    private static final String PASSES = "<testsuite name='s'>"
            + "<testcase classname='c' name='one'/><testcase classname='c' name='two'/><testcase classname='c' name='three'/>"
            + "<testcase classname='c' name='four'><skipped/></testcase></testsuite>";
    /** One passes, two fails, three is not run. */
    private static final String DIFFERS = "<testsuite name='s'>"
            + "<testcase classname='c' name='one'/><testcase classname='c' name='two'><failure/></testcase>"
            + "<testcase classname='c' name='four'/></testsuite>";

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Path redis;
    private Path here;
    private Path list;

    @BeforeEach
    void makeDirectories() throws IOException {
        redis = Files.createDirectories(directory.path().resolve("redis"));
        here = Files.createDirectories(directory.path().resolve("here"));
        list = directory.path().resolve("list.txt");
    }

    @Test
    void shouldReadSurefire() throws Exception {
        write(redis, SUREFIRE);
        assertThat(TestReports.read(redis).outcomes())
                .hasSize(5)
                .containsEntry("a.SetTest#shouldSet", TestReports.Outcome.PASSED)
                .containsEntry("a.SetTest#shouldGet{Protocol}[1]", TestReports.Outcome.FAILED)
                .containsEntry("a.SetTest#shouldGet{Protocol}[2]", TestReports.Outcome.FAILED)
                .containsEntry("a.SetTest#shouldSkip", TestReports.Outcome.SKIPPED)
                .containsEntry("a.SetTest#shouldRetry", TestReports.Outcome.PASSED);
    }

    @Test
    void shouldReadPytestAndNumberEqualNames() throws Exception {
        write(redis, PYTEST);
        assertThat(TestReports.read(redis).outcomes())
                .hasSize(2)
                .containsEntry("tests.test_commands.TestKeys#test_get[single-Redis@]", TestReports.Outcome.PASSED)
                .containsEntry("tests.test_commands.TestKeys#test_get[single-Redis@] (2)", TestReports.Outcome.FAILED);
    }

    @Test
    void shouldReadMocha() throws Exception {
        write(redis, MOCHA);
        assertThat(TestReports.read(redis).outcomes())
                .hasSize(3)
                .containsEntry("Root Suite#outside", TestReports.Outcome.PASSED)
                .containsEntry("works#transaction works", TestReports.Outcome.PASSED)
                .containsEntry("transaction#fails", TestReports.Outcome.FAILED);
    }

    @Test
    void shouldReadWhatRedisOwnSuitePrints() throws Exception {
        Files.writeString(redis.resolve("unit_scan.txt"), TCL);
        assertThat(TestReports.read(redis).outcomes())
                .hasSize(5)
                .containsEntry("unit/scan#SCAN basic", TestReports.Outcome.PASSED)
                .containsEntry("unit/scan#SCAN basic (2)", TestReports.Outcome.PASSED)
                .containsEntry("unit/scan#SSCAN with (some) words", TestReports.Outcome.FAILED)
                .containsEntry("unit/scan#FUZZ seed #", TestReports.Outcome.PASSED)
                .containsEntry("unit/scan#SCAN guarantees", TestReports.Outcome.SKIPPED);
    }

    @Test
    void shouldReadAllFilesBelowAndPassOverOthers() throws Exception {
        write(Files.createDirectories(redis.resolve("below")), SUREFIRE);
        Files.writeString(redis.resolve("more.xml"), PYTEST);
        Files.writeString(redis.resolve("failsafe-summary.xml"), SUMMARY);
        Files.writeString(redis.resolve("notes.txt"), "none");
        assertThat(TestReports.read(redis).outcomes()).hasSize(7);
    }

    @Test
    void shouldFailForADifferenceThatIsNotListed() throws Exception {
        assertThat(compare("c#two\tno clusters\n")).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("reported on Redis 4: passed 3, failed 0, skipped 1")
                .contains("1 of 3, 33.33 %; 2 differ, 1 of them unexpectedly")
                .contains("differs (not run here): c#three")
                .doesNotContain("c#two");
    }

    @Test
    void shouldPassWithAllThatDiffersListed() throws Exception {
        assertThat(compare("# Clusters.\n#\n\nc#two\tno clusters\nc#th*e\tno users\n", "--strict"))
                .isZero();
    }

    @Test
    void shouldSayWhatIsListedInVainAndFailIfStrict() throws Exception {
        String lines = "c#t*\tno clusters\nc#one\tno users\n";
        assertThat(compare(lines)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("listed, but does not differ: c#one (no users)");
        assertThat(compare(lines, "--strict")).isEqualTo(1);
    }

    @Test
    void shouldTakeOnlyAStarForAnyText() throws Exception {
        assertThat(compare("c.two\tno clusters\nc#three\tno users\n")).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("differs (failed here): c#two");
    }

    @Test
    void shouldRefuseWhatItCannotUse() throws Exception {
        assertThat(compare("c#two\n")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("list.txt, line 1")
                .contains("found: c#two");
        Files.writeString(here.resolve("r.xml"), PASSES.substring(0, 60));
        assertThat(compare("")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("not a whole XML file");
        Files.delete(here.resolve("r.xml"));
        assertThat(run("--strict", redis.toString(), here.toString(), list.toString()))
                .isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("no test is reported");
        assertThat(run("--strict")).isEqualTo(2);
    }

    private int compare(String lines, String... options) throws IOException {
        write(redis, PASSES);
        if (!Files.exists(here.resolve("r.xml"))) {
            write(here, DIFFERS);
        }
        Files.writeString(list, lines);
        return run(Stream.concat(Stream.of(redis.toString(), here.toString(), list.toString()), Stream.of(options))
                .toArray(String[]::new));
    }

    private static void write(Path folder, String report) throws IOException {
        Files.writeString(folder.resolve("r.xml"), report);
    }

    private int run(String... arguments) {
        return CompareSuites.run(
                arguments,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
