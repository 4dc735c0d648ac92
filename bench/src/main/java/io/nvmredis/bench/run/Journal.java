package io.nvmredis.bench.run;

import io.nvmredis.bench.arm.Arm;
import io.nvmredis.bench.arm.RunningServer;
import io.nvmredis.bench.result.ArmReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What becomes of each arm; one that has failed is left out from then on, and is said to be. */
final class Journal {
    private final Map<String, ArmReport> reports = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private final PrintStream out;

    Journal(PrintStream out) {
        this.out = out;
    }

    boolean hasFailed(Arm arm) {
        ArmReport report = reports.get(arm.name());
        return report != null && report.failure() != null;
    }

    void failed(Arm arm, String reason) {
        say("%-18s LEFT OUT: %s", arm.name(), reason);
        ArmReport before = reports.get(arm.name());
        String command = before == null ? "" : before.command();
        String promise = before == null ? arm.promise() : before.promise();
        put(arm, promise, command, reason, 0, 0);
    }

    /** Called while the server still runs. */
    void ran(RunningServer server) throws IOException {
        Arm arm = server.arm();
        ArmReport before = reports.get(arm.name());
        long peak = Math.max(
                before == null ? 0 : before.peakResidentBytes(), server.meter().peakResidentBytes());
        String command = server.startedBy();
        put(arm, server.promise(), command, null, peak, server.meter().ownBytes());
    }

    private void put(Arm arm, String promise, String command, @Nullable String failure, long peak, long anonymous) {
        reports.put(
                arm.name(),
                new ArmReport(
                        arm.name(),
                        promise,
                        command,
                        arm.parent().toString(),
                        fileSystem(arm),
                        WrittenBytes.countedBy(arm),
                        failure,
                        peak,
                        anonymous));
    }

    private static String fileSystem(Arm arm) {
        try {
            return Files.getFileStore(arm.parent()).type();
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** Something that the reader of the report has to know. */
    void note(String note) {
        notes.add(note);
    }

    List<String> notes() {
        return List.copyOf(notes);
    }

    List<ArmReport> reports() {
        return List.copyOf(reports.values());
    }

    void say(String format, @Nullable Object... arguments) {
        out.printf(Locale.ROOT, format + "%n", arguments);
        out.flush();
    }
}
