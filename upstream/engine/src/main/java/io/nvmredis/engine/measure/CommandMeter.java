package io.nvmredis.engine.measure;

import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.catalog.Arity;
import io.nvmredis.engine.catalog.CommandCatalog;
import io.nvmredis.engine.catalog.CommandFacts;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandTable;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Meter of all commands: counts them, adds up their times, and notes which were slow. What an ordinary command costs is
 * an array's element, a few additions, and one comparison with the shorter of the two thresholds.
 *
 * <p>Guarded by the engine's lock, but for {@link #rejected}, {@link #errors}, {@link #latency}, {@link #sample} and {@link
 * #rates}, which any thread may use.
 */
public final class CommandMeter {
    /** The client of a command, asked for only if the command was slow. */
    public interface Client {
        String address();

        String name();
    }

    private final CommandFigures[] commands;
    /** Figures of subcommands, by names such as {@code client|list}. */
    private final Map<String, CommandFigures> subcommands = new ConcurrentHashMap<>();

    private final ErrorCounts errors = new ErrorCounts();
    private final LatencyMonitor latency = new LatencyMonitor();
    private final SlowLog slowLog = new SlowLog(MeterSettings.SLOW_LOG_LENGTH);
    private final MeterSettings settings = new MeterSettings(this);
    private final RecentRates rates = new RecentRates();

    /** Time from which on a command is looked at for the slow log or the latency monitor. */
    private long noteworthyNanos;

    private long slowNanos;
    private boolean isTracking = true;
    private long calls;
    /** The last error of a command that a script has called; an empty array if there is none. */
    private byte[] scriptsError = {};

    public CommandMeter() {
        commands = CommandTable.all().stream()
                .map(spec -> new CommandFigures(spec.name()))
                .toArray(CommandFigures[]::new);
        settings.apply();
    }

    /** Counts a command that has run. */
    public void ran(CommandSpec spec, List<byte[]> command, long nanos, Client client) {
        calls++;
        figures(spec, command).called(nanos, isTracking);
        if (nanos >= noteworthyNanos) {
            slow(spec, command, nanos, client);
        }
    }

    /** Counts a command that has begun to wait for a key. */
    public void waits(CommandSpec spec, List<byte[]> command, long nanos) {
        calls++;
        figures(spec, command).waits(nanos);
    }

    /** Adds the time that it took to serve a command that has waited. */
    public void served(CommandSpec spec, List<byte[]> command, long nanos, Client client) {
        figures(spec, command).took(nanos, isTracking);
        if (nanos >= noteworthyNanos) {
            note(command, nanos, client);
            latency.took("command-unblocking", nanos);
        }
    }

    /** Counts a command that has run and replied an error. */
    public void failed(CommandSpec spec, List<byte[]> command, byte[] error) {
        figures(spec, command).failed();
        boolean isScripts = spec.has(CommandSpec.Trait.SCRIPT) && isBeginningOf(scriptsError, error);
        if (!isScripts) {
            errors.add(error);
        }
        scriptsError = error.clone();
    }

    /** Tells whether a script replies the error of a command that it has called, perhaps with words behind it. */
    private static boolean isBeginningOf(byte[] inner, byte[] error) {
        int length = inner.length - 2;
        return length > 0 && error.length >= length && Arrays.equals(inner, 0, length, error, 0, length);
    }

    /** Counts a command that was refused before it ran. Any thread may call this. */
    public void rejected(@Nullable CommandSpec spec, List<byte[]> command, byte[] error) {
        if (spec != null && isCommand(spec, command)) {
            figures(spec, command).rejected();
        }
        errors.add(error);
    }

    /** Tells whether there is such a command: its second word may be a subcommand that there is not. */
    private boolean isCommand(CommandSpec spec, List<byte[]> command) {
        return !spec.hasSubcommands() || command.size() == 1 || subcommand(spec, command.get(1)) != null;
    }

    private CommandFigures figures(CommandSpec spec, List<byte[]> command) {
        CommandFigures ofSubcommand =
                spec.hasSubcommands() && command.size() > 1 ? subcommand(spec, command.get(1)) : null;
        return ofSubcommand == null ? commands[spec.index()] : ofSubcommand;
    }

    /** Returns the figures of a subcommand; null if the command has no such subcommand. */
    private @Nullable CommandFigures subcommand(CommandSpec spec, byte[] word) {
        String name = Words.excerpt(word).toLowerCase(Locale.ROOT);
        return Arity.ofSubcommand(spec.name(), name) == null
                ? null
                : subcommands.computeIfAbsent(spec.name() + '|' + name, CommandFigures::new);
    }

    private void slow(CommandSpec spec, List<byte[]> command, long nanos, Client client) {
        if (nanos >= latency.thresholdNanos()) {
            latency.took(isFast(spec) ? "fast-command" : "command", nanos);
        }
        if (!spec.name().equals("exec")) {
            // The commands of the transaction have been noted themselves.
            note(command, nanos, client);
        }
    }

    private static boolean isFast(CommandSpec spec) {
        CommandFacts facts = CommandCatalog.find(spec.name());
        return facts != null && facts.flags().contains("fast");
    }

    private void note(List<byte[]> command, long nanos, Client client) {
        if (nanos >= slowNanos) {
            slowLog.add(
                    TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis()),
                    TimeUnit.NANOSECONDS.toMicros(nanos),
                    command,
                    client.address(),
                    client.name());
        }
    }

    /** Sets from which time on commands are kept; negative if none are. */
    void keepFrom(long micros) {
        slowNanos = micros < 0 ? Long.MAX_VALUE : TimeUnit.MICROSECONDS.toNanos(micros);
        noteworthyNanos = Math.min(slowNanos, latency.thresholdNanos());
    }

    void track(boolean isOn) {
        isTracking = isOn;
    }

    public MeterSettings settings() {
        return settings;
    }

    public SlowLog slowLog() {
        return slowLog;
    }

    /** Returns the monitor of slow moments. */
    public LatencyMonitor latency() {
        return latency;
    }

    public ErrorCounts errors() {
        return errors;
    }

    /** Returns the number of commands that have run. */
    public long calls() {
        return calls;
    }

    /**
     * Notes how far the counts are, from which {@link #rates} are reckoned. The thread that expires keys calls this some
     * times a second; the count of commands that it reads may be a moment old.
     *
     * @param network counts of what came and went, by Redis's names
     */
    public void sample(long nowNanos, Map<String, Long> network) {
        rates.sample(
                nowNanos,
                calls,
                network.getOrDefault("total_net_input_bytes", 0L),
                network.getOrDefault("total_net_output_bytes", 0L));
    }

    /** Returns how much was done per second in the last moments, by Redis's names. */
    public Map<String, String> rates() {
        return rates.all();
    }

    /** Returns the figures of the commands and subcommands that have been called, by their names. */
    public Collection<CommandFigures> used() {
        Map<String, CommandFigures> used = new ConcurrentSkipListMap<>();
        for (CommandFigures figures : commands) {
            used.put(figures.name(), figures);
        }
        used.putAll(subcommands);
        return used.values().stream().filter(CommandFigures::isUsed).toList();
    }

    /** Sets all counts to zero, for {@code CONFIG RESETSTAT}; the slow log and the latency monitor stay. */
    public void reset() {
        for (CommandFigures figures : commands) {
            figures.reset();
        }
        subcommands.values().forEach(CommandFigures::reset);
        errors.reset();
        calls = 0;
    }
}
