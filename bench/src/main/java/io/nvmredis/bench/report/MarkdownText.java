package io.nvmredis.bench.report;

import io.nvmredis.bench.result.BenchReport;
import io.nvmredis.bench.result.CellReport;
import io.nvmredis.bench.result.CellReport.ArmFigures;
import io.nvmredis.bench.result.RestartReport;
import io.nvmredis.bench.result.Spread;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The summary: what was measured where, and a table of each kind. */
final class MarkdownText {
    private final BenchReport report;
    private final StringBuilder text = new StringBuilder();

    MarkdownText(BenchReport report) {
        this.report = report;
    }

    String text() {
        line("### Persistence compared: %s", report.media());
        line("");
        line(
                "%s, %d processors, %.0f GB, %s, %s; %s.",
                report.machine().processor(),
                report.machine().processorCount(),
                report.machine().memoryBytes() / 1e9,
                report.machine().kernel(),
                report.machine().java(),
                report.date());
        line("");
        line("`%s`", report.commandLine());
        line("");
        throughput();
        latency();
        restarts();
        leftOut();
        return text.toString();
    }

    private void line(String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    private List<String> arms() {
        return report.arms().stream()
                .filter(arm -> arm.failure() == null)
                .map(arm -> arm.name())
                .toList();
    }

    private void header(String first, List<String> columns) {
        line("| %s | %s |", first, String.join(" | ", columns));
        line("|---|%s", "---:|".repeat(columns.size()));
    }

    /** Medians, in thousands a second. */
    private void throughput() {
        List<CellReport> cells = report.cells().stream()
                .filter(cell -> cell.kind().equals("closed"))
                .toList();
        if (cells.isEmpty()) {
            return;
        }
        line("Thousands of operations a second, medians of the rounds (quartiles):");
        line("");
        header("", arms());
        for (CellReport cell : cells) {
            line(
                    "| %s | %s |",
                    cell.title(),
                    arms().stream().map(arm -> throughput(cell, arm)).collect(Collectors.joining(" | ")));
        }
        line("");
    }

    private static String throughput(CellReport cell, String arm) {
        ArmFigures figures = cell.arms().get(arm);
        if (figures == null) {
            return "";
        }
        Spread spread = figures.perSecond();
        return String.format(
                Locale.ROOT,
                "%.1f (%.1f–%.1f)",
                spread.median() / 1e3,
                spread.lowerQuartile() / 1e3,
                spread.upperQuartile() / 1e3);
    }

    private void latency() {
        for (CellReport cell : report.cells()) {
            if (!cell.kind().equals("open")) {
                continue;
            }
            line(
                    "%s: microseconds from the time at which an operation was to be sent, medians of the rounds:",
                    cell.title());
            line("");
            header("", List.of("p50", "p99", "p99.9", "longest stall, ms"));
            cell.arms()
                    .forEach((arm, figures) -> line(
                            "| %s | %.0f | %.0f | %.0f | %.1f |",
                            arm,
                            figures.p50Micros().median(),
                            figures.p99Micros().median(),
                            figures.p999Micros().median(),
                            figures.longestStallMillis().median()));
            line("");
        }
    }

    private void restarts() {
        if (report.restarts().isEmpty()) {
            return;
        }
        line("Milliseconds from the start of the process to the first read / the first write:");
        line("");
        List<Double> sizes = report.restarts().stream()
                .map(RestartReport::gigabytes)
                .distinct()
                .sorted()
                .toList();
        header("", sizes.stream().map(size -> size + " GB").toList());
        report.restarts().stream()
                .map(RestartReport::arm)
                .distinct()
                .forEach(arm -> line(
                        "| %s | %s |",
                        arm, sizes.stream().map(size -> restart(arm, size)).collect(Collectors.joining(" | "))));
        line("");
    }

    private String restart(String arm, double gigabytes) {
        return report.restarts().stream()
                .filter(restart -> restart.arm().equals(arm) && restart.gigabytes() == gigabytes)
                .map(restart -> String.format(
                        Locale.ROOT,
                        "%,.0f / %,.0f",
                        restart.firstReadMillis().median(),
                        restart.firstWriteMillis().median()))
                .findFirst()
                .orElse("");
    }

    private void leftOut() {
        report.arms().stream()
                .filter(arm -> arm.failure() != null)
                .forEach(arm -> line("Left out: %s: %s", arm.name(), arm.failure()));
        report.notes().forEach(note -> line("Note: %s", note.replace("\n", " ")));
    }
}
