package io.nvmredis.bench.report;

import io.nvmredis.bench.result.BenchReport;
import io.nvmredis.bench.result.CellReport;
import io.nvmredis.bench.result.Spread;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** SET throughput as a small picture for a text: bars of medians, the quartiles as a line across their ends. */
final class SvgChart {
    private static final int WIDTH = 860;
    private static final int LABEL_WIDTH = 150;
    private static final int BAR_WIDTH = 580;
    private static final int BAR_HEIGHT = 14;
    private static final int LINE_HEIGHT = 20;
    private static final int TITLE_HEIGHT = 34;
    private static final int HEADER_HEIGHT = 58;

    private final BenchReport report;
    private final StringBuilder svg = new StringBuilder();
    private int y = HEADER_HEIGHT;

    SvgChart(BenchReport report) {
        this.report = report;
    }

    String text() {
        for (CellReport cell : report.cells()) {
            if (cell.kind().equals("closed") && cell.name().startsWith("set@")) {
                draw(cell);
            }
        }
        return String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                        + " font-size=\"12\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>%n"
                        + "<text x=\"16\" y=\"24\" font-size=\"15\" font-weight=\"bold\" fill=\"#1b2430\">SET operations a"
                        + " second</text>%n<text x=\"16\" y=\"43\" fill=\"#5b6675\">%s</text>%n%s</svg>%n",
                WIDTH,
                y + 10,
                escaped(report.media()),
                svg);
    }

    private void draw(CellReport cell) {
        List<String> arms = report.arms().stream()
                .map(arm -> arm.name())
                .filter(arm -> cell.arms().containsKey(arm))
                .toList();
        double most = arms.stream()
                .mapToDouble(arm -> spread(cell, arm).upperQuartile())
                .max()
                .orElse(1);
        text(16, y + 22, "#1b2430", "font-weight=\"bold\"", cell.title());
        y += TITLE_HEIGHT;
        for (String arm : arms) {
            bar(arm, spread(cell, arm), BAR_WIDTH / most);
            y += LINE_HEIGHT;
        }
    }

    private static Spread spread(CellReport cell, String arm) {
        return Objects.requireNonNull(cell.arms().get(arm)).perSecond();
    }

    private void bar(String arm, Spread spread, double scale) {
        text(LABEL_WIDTH - 8, y + 11, "#1b2430", "text-anchor=\"end\"", arm);
        String colour = arm.startsWith("nvm") ? "#0b8a6a" : arm.startsWith("redis") ? "#d6453d" : "#3b82d6";
        line(
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\" fill=\"%s\"/>",
                LABEL_WIDTH, y, spread.median() * scale, BAR_HEIGHT, colour);
        double from = LABEL_WIDTH + spread.lowerQuartile() * scale;
        double to = LABEL_WIDTH + spread.upperQuartile() * scale;
        int middle = y + BAR_HEIGHT / 2;
        line(
                "<path d=\"M%.1f %dH%.1fM%.1f %dv6M%.1f %dv6\" stroke=\"#1b2430\" stroke-width=\"1.2\"/>",
                from, middle, to, from, middle - 3, to, middle - 3);
        text((int) Math.max(to, from) + 8, y + 11, "#5b6675", "", String.format(Locale.ROOT, "%,.0f", spread.median()));
    }

    private void text(int x, int baseline, String colour, String attributes, String text) {
        line("<text x=\"%d\" y=\"%d\" fill=\"%s\" %s>%s</text>", x, baseline, colour, attributes, escaped(text));
    }

    private void line(String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
