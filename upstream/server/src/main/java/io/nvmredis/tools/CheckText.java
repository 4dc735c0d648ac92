package io.nvmredis.tools;

import io.nvmredis.spi.Finding;
import io.nvmredis.spi.InspectionReport;
import io.nvmredis.spi.RepairReport;
import io.nvmredis.spi.StartForecast;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows the report of a check, and of a repair before it, as lines or as JSON. */
public final class CheckText {
    private final Path directory;
    private final InspectionReport report;
    private final @Nullable RepairReport repair;

    public CheckText(Path directory, InspectionReport report, @Nullable RepairReport repair) {
        this.directory = directory;
        this.report = report;
        this.repair = repair;
    }

    /** Returns the report in lines. */
    public String text() {
        StringBuilder text = new StringBuilder();
        RepairReport made = repair;
        if (made != null) {
            text.append("copied to ").append(made.copy()).append('\n');
            made.done().forEach(done -> text.append("done: ").append(done).append('\n'));
            made.lost().forEach(lost -> text.append("lost: ").append(lost).append('\n'));
        }
        report.findings().forEach(finding -> append(text, "damaged", finding));
        if (report.findingCount() > report.findings().size()) {
            text.append("damaged: ")
                    .append(report.findingCount() - report.findings().size())
                    .append(" more places\n");
        }
        report.harmless().forEach(finding -> append(text, "harmless", finding));
        append(text, report.start());
        text.append(directory)
                .append(report.isSound() ? " is sound: " : " is damaged: ")
                .append(report.checkedBytes() >> 20)
                .append(" MB checked\n");
        return text.toString();
    }

    private static void append(StringBuilder text, String kind, Finding finding) {
        text.append(String.format(
                Locale.ROOT,
                "%s: %s: at offset %d of %s expected %s, found %s",
                kind,
                finding.part(),
                finding.offset(),
                finding.file(),
                finding.expected(),
                finding.actual()));
        Finding.Key key = finding.key();
        if (key != null) {
            text.append("; of the key '")
                    .append(KeyText.of(key.name()))
                    .append("' of database ")
                    .append(key.database());
        }
        text.append('\n');
    }

    private static void append(StringBuilder text, StartForecast start) {
        if (start.isRefused()) {
            text.append("a start is refused: ").append(start.refusal()).append('\n');
            return;
        }
        text.append("a start replays ")
                .append(start.transactionCount())
                .append(" transactions (")
                .append(start.payloadBytes())
                .append(" B) behind LSN ")
                .append(start.checkpointLsn())
                .append(", up to LSN ")
                .append(start.lastLsn())
                .append('\n');
        if (start.note() != null) {
            text.append("a start notes: ").append(start.note()).append('\n');
        }
    }

    /** Writes the report as one JSON object in a line. */
    public void writeJson(ToolOutput out) {
        JsonText json = new JsonText(out::write);
        json.beginObject();
        json.name("directory").value(directory.toString());
        json.name("sound").value(report.isSound());
        json.name("finding_count").value(report.findingCount());
        write(json, "findings", report.findings());
        write(json, "harmless", report.harmless());
        write(json.name("start"), report.start());
        json.name("checked_bytes").value(report.checkedBytes());
        RepairReport made = repair;
        if (made != null) {
            json.name("fix").beginObject().name("copy").value(made.copy().toString());
            writeTexts(json, "done", made.done());
            writeTexts(json, "lost", made.lost());
            json.endObject();
        }
        json.endObject().endLine();
    }

    private static void writeTexts(JsonText json, String name, List<String> texts) {
        json.name(name).beginArray();
        texts.forEach(json::value);
        json.endArray();
    }

    private static void write(JsonText json, String name, List<Finding> findings) {
        json.name(name).beginArray();
        for (Finding finding : findings) {
            json.beginObject();
            json.name("part").value(finding.part());
            json.name("file").value(finding.file());
            json.name("offset").value(finding.offset());
            json.name("expected").value(finding.expected());
            json.name("actual").value(finding.actual());
            Finding.Key key = finding.key();
            if (key != null) {
                json.name("db").value(key.database());
                json.name("key").value(key.name());
            }
            json.endObject();
        }
        json.endArray();
    }

    private static void write(JsonText json, StartForecast start) {
        json.beginObject();
        json.name("refused").value(start.isRefused());
        json.name("refusal").value(start.refusal());
        json.name("checkpoint_lsn").value(start.checkpointLsn());
        json.name("last_lsn").value(start.lastLsn());
        json.name("replayed_transactions").value(start.transactionCount());
        json.name("replayed_bytes").value(start.payloadBytes());
        json.name("note").value(start.note());
        json.endObject();
    }
}
