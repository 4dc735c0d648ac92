package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.measure.CommandFigures;
import io.nvmredis.engine.measure.CommandMeter;
import io.nvmredis.engine.measure.DurationHistogram;
import io.nvmredis.engine.measure.LatencyEvent;
import io.nvmredis.engine.measure.LatencyMonitor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** LATENCY: moments at which the server was slow, and how long commands take. */
final class LatencyCommand {
    private static final String HELP = """
            LATENCY <subcommand> [<arg> [value] [opt] ...]. Subcommands are:
            DOCTOR
                Explain in words what was slow.
            GRAPH <event>
                Draw the times of an event.
            HISTOGRAM [<command> ...]
                Return how the times of commands are spread: of these commands, or of all.
            HISTORY <event>
                Return the times of an event.
            LATEST
                Return the latest time of each event.
            RESET [<event> ...]
                Forget these events, or all.
            HELP
                Print this help.""";

    private LatencyCommand() {}

    static Slice latency(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        CommandMeter meter = engine.commandMeter();
        LatencyMonitor monitor = meter.latency();
        List<String> words = parameters.stream().skip(1).map(Slice::toString).toList();
        return switch (parameters.get(0).toString().toLowerCase(Locale.ROOT)) {
            case "latest" ->
                Response.array(
                        monitor.events().stream().map(LatencyCommand::latest).toList());
            case "history" -> history(monitor.find(words.get(0)));
            case "reset" -> Response.integer(reset(monitor, words));
            case "graph" -> graph(monitor, words.get(0));
            case "doctor" -> TextReplies.text(LatencyReport.of(monitor));
            case "histogram" -> histograms(meter, words);
            default -> ObjectCommand.help(HELP);
        };
    }

    private static Slice latest(LatencyEvent event) {
        return Response.array(
                TextReplies.text(event.name()),
                Response.integer(event.latest().timeSeconds()),
                Response.integer(event.latest().millis()),
                Response.integer(event.maxMillis()));
    }

    private static Slice history(@Nullable LatencyEvent event) {
        return event == null
                ? Response.EMPTY_ARRAY
                : Response.array(event.samples().stream()
                        .map(sample -> Response.array(
                                Response.integer(sample.timeSeconds()), Response.integer(sample.millis())))
                        .toList());
    }

    private static int reset(LatencyMonitor monitor, List<String> names) {
        Collection<String> wanted = names.isEmpty()
                ? monitor.events().stream().map(LatencyEvent::name).toList()
                : names;
        return (int) wanted.stream().filter(monitor::reset).count();
    }

    private static Slice graph(LatencyMonitor monitor, String name) {
        LatencyEvent event = monitor.find(name);
        return event == null
                ? Response.error("ERR No samples available for event '" + name + "'")
                : TextReplies.text(LatencyReport.graph(event));
    }

    private static Slice histograms(CommandMeter meter, List<String> names) {
        Set<String> wanted = new LinkedHashSet<>();
        names.forEach(name -> wanted.add(name.toLowerCase(Locale.ROOT)));
        List<Slice> found = new ArrayList<>();
        for (CommandFigures figures : meter.used()) {
            DurationHistogram histogram = figures.histogram();
            if (histogram != null && (wanted.isEmpty() || isWanted(figures.name(), wanted))) {
                found.add(TextReplies.text(figures.name()));
                found.add(histogram(histogram));
            }
        }
        return Response.array(found);
    }

    /** Tells whether a command, or the command that a subcommand belongs to, is one of these. */
    private static boolean isWanted(String name, Set<String> wanted) {
        int bar = name.indexOf('|');
        return wanted.contains(name) || (bar >= 0 && wanted.contains(name.substring(0, bar)));
    }

    private static Slice histogram(DurationHistogram histogram) {
        List<Slice> counts = new ArrayList<>();
        histogram.forEachDoubling((upToNanos, count) -> {
            counts.add(Response.integer(TimeUnit.NANOSECONDS.toMicros(upToNanos)));
            counts.add(Response.integer(count));
        });
        return Response.array(
                TextReplies.text("calls"),
                Response.integer(histogram.count()),
                TextReplies.text("histogram_usec"),
                Response.array(counts));
    }
}
