package io.nvmredis.cli;

import io.nvmredis.cli.CommandLineOptions.Parsed;
import io.nvmredis.server.configuration.ServerSetting;
import io.nvmredis.spi.DataSet;
import io.nvmredis.spi.DirectoryInspector;
import io.nvmredis.spi.DirectoryView;
import io.nvmredis.spi.InspectionReport;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.RepairReport;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.tools.CheckText;
import io.nvmredis.tools.Dump;
import io.nvmredis.tools.FigureTree;
import io.nvmredis.tools.KeyFigures;
import io.nvmredis.tools.KeySelection;
import io.nvmredis.tools.ToolOutput;
import io.nvmredis.tools.ToolOutput.GoneException;
import io.nvmredis.transfer.Progress;
import io.nvmredis.transfer.Terminal;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a subcommand that looks into a directory: {@code check}, {@code stat} or {@code dump}. */
final class InspectCommand {
    private static final Logger LOG = LoggerFactory.getLogger(InspectCommand.class);
    private static final int LARGEST_KEYS = 10;
    private static final int MOST_LARGEST_KEYS = 10_000;

    private final Subcommand subcommand;
    private final Parsed parsed;
    private final List<PersisterProvider> providers;
    private final PrintStream out;
    private final PrintStream err;
    private final List<String> faults;

    InspectCommand(
            Subcommand subcommand, Parsed parsed, List<PersisterProvider> providers, PrintStream out, PrintStream err) {
        this.subcommand = subcommand;
        this.parsed = parsed;
        this.providers = providers;
        this.out = out;
        this.err = err;
        faults = new ArrayList<>(parsed.faults());
        if (parsed.parameter().isEmpty() && !subcommand.parameter().isEmpty()) {
            faults.add(subcommand.commandName() + " needs a " + subcommand.parameter() + ": "
                    + subcommand.parameterDescription());
        }
    }

    /** Runs the subcommand, and returns the exit status. */
    int run() {
        Path directory = directory();
        DirectoryInspector inspector = directory == null ? null : inspector(directory);
        Work work = inspector == null || directory == null ? null : work(inspector, directory);
        if (!faults.isEmpty() || work == null) {
            faults.forEach(fault -> err.println("nvm-redis: " + fault));
            return faults.isEmpty() ? NvmRedis.FAILED : NvmRedis.USAGE;
        }
        try (ToolOutput output = new ToolOutput(out)) {
            return work.run(output);
        } catch (GoneException e) {
            return NvmRedis.OK;
        } catch (PersistenceException e) {
            return failed(e.getMessage(), e);
        } catch (InternalError e) {
            return failed("a file cannot be read, or has become shorter than it was: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            return failed("an internal error: " + e, e);
        }
    }

    private int failed(@Nullable String message, Throwable cause) {
        LOG.debug("{} failed", subcommand.commandName(), cause);
        err.println("nvm-redis: " + message);
        return NvmRedis.FAILED;
    }

    /** What there is to do once the command line is understood. Returns the exit status. */
    private interface Work {
        int run(ToolOutput output);
    }

    private @Nullable Path directory() {
        try {
            return parsed.parameter().isEmpty() ? null : Path.of(parsed.parameter());
        } catch (InvalidPathException e) {
            faults.add("'" + parsed.parameter() + "' is not a path: " + e.getReason());
            return null;
        }
    }

    private @Nullable DirectoryInspector inspector(Path directory) {
        PersisterConfig config = new PersisterConfig(directory, Map.of());
        PersisterProvider provider = provider(config);
        if (provider == null) {
            return null;
        }
        DirectoryInspector inspector = provider.inspector(config);
        if (inspector == null && faults.isEmpty()) {
            err.println("nvm-redis: " + subcommand.commandName() + " looks into data of nvm-aof alone, not of "
                    + provider.name()
                    + (provider.keepsFilesOfRedis()
                            ? ": redis-check-aof and redis-check-rdb look into its files"
                            : ""));
        }
        return inspector;
    }

    private @Nullable PersisterProvider provider(PersisterConfig config) {
        String name = parsed.settings().get(ServerSetting.PERSISTENCE.settingName());
        if (name == null) {
            Optional<PersisterProvider> usual = named(ServerSetting.PERSISTENCE.defaultValue());
            return usual.filter(provider -> provider.dataIn(config) != null)
                    .or(() -> providers.stream()
                            .filter(provider -> provider.dataIn(config) != null)
                            .findFirst())
                    .or(() -> usual)
                    .orElse(null);
        }
        Optional<PersisterProvider> chosen = named(name);
        if (chosen.isEmpty()) {
            faults.add("persistence '" + name + "' is not one of these: "
                    + providers.stream().map(PersisterProvider::name).collect(Collectors.joining(", ")));
        }
        return chosen.orElse(null);
    }

    private Optional<PersisterProvider> named(String name) {
        return providers.stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst();
    }

    private Work work(DirectoryInspector inspector, Path directory) {
        return switch (subcommand) {
            case CHECK -> check(inspector, directory);
            case STAT -> stat(inspector);
            default -> dump(inspector);
        };
    }

    private boolean has(String flag) {
        return parsed.flags().contains(flag);
    }

    private long number(String option, long usual, long most) {
        String value = parsed.settings().get(option);
        if (value == null) {
            return usual;
        }
        try {
            long number = Long.parseLong(value);
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // It is told below, with the numbers that are out of bounds.
        }
        faults.add(option + " '" + value + "' is not a whole number from 0 to " + most);
        return usual;
    }

    private Work check(DirectoryInspector inspector, Path directory) {
        long lsn = number(Subcommand.TRUNCATE_TO, -1, Long.MAX_VALUE);
        boolean isTruncated = parsed.settings().containsKey(Subcommand.TRUNCATE_TO);
        boolean isFixed = has(Subcommand.FIX);
        if (isTruncated && isFixed) {
            faults.add("--fix and --truncate-to are two things: do one after the other");
        }
        if (parsed.settings().containsKey(Subcommand.COPY_TO) && !isTruncated && !isFixed) {
            faults.add("--copy-to goes with --fix or --truncate-to");
        }
        Path copy = copy(directory);
        return output -> {
            if (isTruncated) {
                return report(inspector, directory, inspector.truncate(lsn, copy), output);
            }
            InspectionReport before = checked(inspector);
            // What a start would cut or write again is done by a repair, too; without either there is nothing to do.
            boolean isWorkLeft = !before.isSound() || before.start().note() != null;
            if (!isFixed || !isWorkLeft) {
                show(new CheckText(directory, before, null), output);
                return before.isSound() ? NvmRedis.OK : NvmRedis.DAMAGED;
            }
            RepairReport repair;
            try {
                repair = inspector.repair(copy);
            } catch (PersistenceException e) {
                show(new CheckText(directory, before, null), output);
                err.println("nvm-redis: " + e.getMessage());
                return NvmRedis.DAMAGED;
            }
            return report(inspector, directory, repair, output);
        };
    }

    private Path copy(Path directory) {
        String given = parsed.settings().get(Subcommand.COPY_TO);
        if (given != null) {
            return Path.of(given);
        }
        String time = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT)
                .withZone(ZoneOffset.UTC)
                .format(Instant.now());
        Path absolute = directory.toAbsolutePath().normalize();
        return absolute.resolveSibling(absolute.getFileName() + "-before-" + time);
    }

    private int report(DirectoryInspector inspector, Path directory, RepairReport repair, ToolOutput output) {
        InspectionReport after;
        try {
            after = checked(inspector);
        } catch (PersistenceException e) {
            // A server may have been started meanwhile. What was done is done, and has to be told.
            err.println("nvm-redis: all files were copied to " + repair.copy());
            repair.done().forEach(each -> err.println("nvm-redis: " + each));
            repair.lost().forEach(each -> err.println("nvm-redis: lost: " + each));
            err.println("nvm-redis: it could not be checked again: " + e.getMessage());
            return NvmRedis.REPAIRED;
        }
        show(new CheckText(directory, after, repair), output);
        return after.isSound() ? NvmRedis.REPAIRED : NvmRedis.DAMAGED;
    }

    private void show(CheckText text, ToolOutput output) {
        if (has(Subcommand.JSON)) {
            text.writeJson(output);
        } else {
            byte[] bytes = text.text().getBytes(StandardCharsets.UTF_8);
            output.write(bytes, 0, bytes.length);
        }
    }

    private InspectionReport checked(DirectoryInspector inspector) {
        if (!Terminal.isShown()) {
            return inspector.check(LoadingListener.NONE);
        }
        Progress progress = Terminal.progress(err);
        Object lock = new Object();
        try {
            progress.begin("checking", Progress.UNKNOWN, Progress.UNKNOWN);
            return inspector.check((bytes, total) -> {
                synchronized (lock) {
                    progress.reached(bytes, 0);
                }
            });
        } finally {
            progress.end();
        }
    }

    private Work stat(DirectoryInspector inspector) {
        int largest = (int) number(Subcommand.LARGEST, LARGEST_KEYS, MOST_LARGEST_KEYS);
        return output -> {
            FigureTree figures = new FigureTree();
            inspector.stat(figures);
            KeyFigures keys = new KeyFigures(largest);
            try (DirectoryView view = inspector.view()) {
                keys.count(view);
            }
            keys.addTo(figures);
            if (has(Subcommand.JSON)) {
                figures.writeJson(output);
            } else {
                byte[] bytes = figures.text().getBytes(StandardCharsets.UTF_8);
                output.write(bytes, 0, bytes.length);
            }
            return NvmRedis.OK;
        };
    }

    private Work dump(DirectoryInspector inspector) {
        Map<String, String> given = parsed.settings();
        String format = given.getOrDefault(Subcommand.FORMAT, "json");
        if (!format.equals("json") && !format.equals("resp")) {
            faults.add("format '" + format + "' is not one of these: json, resp");
        }
        boolean isLog = has(Subcommand.LOG);
        if (isLog && has(Subcommand.TABLE)) {
            faults.add("--log and --table are two things: give one of them");
        }
        if (!isLog && (given.containsKey(Subcommand.FROM) || given.containsKey(Subcommand.TO))) {
            faults.add("--from and --to go with --log");
        }
        long from = number(Subcommand.FROM, 1, Long.MAX_VALUE);
        long to = number(Subcommand.TO, Long.MAX_VALUE, Long.MAX_VALUE);
        KeySelection selection = new KeySelection(
                (int) number(Subcommand.DATABASE, -1, DataSet.DATABASE_COUNT - 1),
                bytes(given.get(Subcommand.KEY)),
                bytes(given.get(Subcommand.MATCH)));
        return output -> {
            Dump dump = new Dump(
                    inspector, selection, format.equals("json"), output, said -> err.println("nvm-redis: " + said));
            if (isLog) {
                dump.log(from, to);
                return NvmRedis.OK;
            }
            return dump.data(!has(Subcommand.TABLE)) == 0 ? NvmRedis.OK : NvmRedis.DAMAGED;
        };
    }

    private static byte @Nullable [] bytes(@Nullable String word) {
        return word == null ? null : word.getBytes(StandardCharsets.UTF_8);
    }
}
