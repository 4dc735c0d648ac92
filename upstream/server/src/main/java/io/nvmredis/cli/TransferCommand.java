package io.nvmredis.cli;

import io.nvmredis.cli.CommandLineOptions.Parsed;
import io.nvmredis.directory.OtherData;
import io.nvmredis.server.ConfigReader;
import io.nvmredis.server.ServerConfig;
import io.nvmredis.server.configuration.ServerSetting;
import io.nvmredis.server.configuration.SettingCatalog;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.PersisterSetting;
import io.nvmredis.spi.errors.ConfigurationException;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.transfer.DataHome;
import io.nvmredis.transfer.Export;
import io.nvmredis.transfer.Import;
import io.nvmredis.transfer.MasterTls;
import io.nvmredis.transfer.Progress;
import io.nvmredis.transfer.Terminal;
import io.nvmredis.transfer.TransferException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Subcommands {@code import} and {@code export}. */
final class TransferCommand {
    private static final Logger LOG = LoggerFactory.getLogger(TransferCommand.class);
    /** Setting of one persister that says how an export is written, whichever persister holds the data. */
    private static final String RDB_PREAMBLE = "aof-use-rdb-preamble";

    private final Subcommand subcommand;
    private final Parsed parsed;
    private final List<PersisterProvider> providers;
    private final PrintStream out;
    private final PrintStream err;
    private final List<String> faults;
    private @Nullable OtherData otherData;

    TransferCommand(
            Subcommand subcommand, Parsed parsed, List<PersisterProvider> providers, PrintStream out, PrintStream err) {
        this.subcommand = subcommand;
        this.parsed = parsed;
        this.providers = providers;
        this.out = out;
        this.err = err;
        faults = new ArrayList<>(parsed.faults());
        if (parsed.parameter().isEmpty()) {
            faults.add(subcommand.commandName() + " needs a " + subcommand.parameter() + ": "
                    + subcommand.parameterDescription());
        }
    }

    /** Runs the subcommand, and returns the exit status. */
    int run() {
        Map<String, String> settings = settings();
        DataHome home = home(settings);
        Progress progress = Terminal.progress(err);
        Supplier<String> work = subcommand == Subcommand.IMPORT ? importing(home, progress) : exporting(home, progress);
        if (!faults.isEmpty()) {
            faults.forEach(fault -> err.println("nvm-redis: " + fault));
            return NvmRedis.USAGE;
        }
        return run(work);
    }

    private int run(Supplier<String> work) {
        try {
            out.print(work.get());
            out.flush();
            return NvmRedis.OK;
        } catch (TransferException | PersistenceException e) {
            return failed(e.getMessage(), e);
        } catch (OutOfMemoryError e) {
            return failed("the data does not fit into memory; give the JVM more, with -Xmx", e);
        } catch (RuntimeException e) {
            return failed("an internal error: " + e, e);
        }
    }

    private int failed(@Nullable String message, Throwable cause) {
        LOG.debug("the {} failed", subcommand.commandName(), cause);
        err.println("nvm-redis: " + message);
        return NvmRedis.FAILED;
    }

    /** Returns the settings for the home of the data; a setting for servers only is a fault. */
    private Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>(parsed.settings());
        settings.keySet().removeAll(subcommand.options().keySet());
        if (subcommand == Subcommand.EXPORT && !isSettingOfChosen(RDB_PREAMBLE)) {
            settings.remove(RDB_PREAMBLE);
        }
        SettingCatalog catalog = new SettingCatalog(providers);
        Set<String> useless = settings.keySet().stream()
                .filter(name -> Subcommand.isOfServersOnly(catalog.find(name)))
                .collect(Collectors.toSet());
        useless.forEach(
                name -> faults.add(name + " is for a server, and means nothing to " + subcommand.commandName()));
        settings.keySet().removeAll(useless);
        return settings;
    }

    private boolean isSettingOfChosen(String name) {
        String chosen = parsed.settings()
                .getOrDefault(ServerSetting.PERSISTENCE.settingName(), ServerSetting.PERSISTENCE.defaultValue());
        return providers.stream()
                .filter(provider -> provider.name().equals(chosen))
                .flatMap(provider -> provider.settings().stream())
                .map(PersisterSetting::name)
                .anyMatch(name::equals);
    }

    private @Nullable DataHome home(Map<String, String> settings) {
        try {
            ServerConfig config = new ConfigReader(settings, providers).read();
            otherData = new OtherData(config.directory(), config.persistence(), settings, providers);
            return new DataHome(
                    config.directory(),
                    config.persistence(),
                    () -> new ConfigReader(settings, providers).read().persister(),
                    config.dramBudgetBytes(),
                    config.effective());
        } catch (ConfigurationException e) {
            faults.addAll(e.faults());
            return null;
        }
    }

    private Supplier<String> importing(@Nullable DataHome home, Progress progress) {
        Import.Options options = new Import.Options(
                parsed.flags().contains(Subcommand.SKIP_UNSUPPORTED),
                parsed.flags().contains(Subcommand.INTO_EXISTING),
                parsed.flags().contains(Subcommand.UNTIL_CAUGHT_UP),
                new MasterTls(
                        given(ServerSetting.TLS_CA_CERT_FILE),
                        given(ServerSetting.TLS_CERT_FILE),
                        given(ServerSetting.TLS_KEY_FILE),
                        given(ServerSetting.TLS_KEY_FILE_PASS)));
        if (!parsed.parameter().isEmpty()) {
            faults.addAll(Import.faults(parsed.parameter(), options));
        }
        return () -> {
            Import work = new Import(required(home), parsed.parameter(), options, progress);
            TerminationSignals.handle(signal -> work.stop());
            try {
                return work.run();
            } catch (TransferException | PersistenceException e) {
                err.println("nvm-redis: " + work.soFar());
                throw e;
            }
        };
    }

    private String given(ServerSetting setting) {
        return parsed.settings().getOrDefault(setting.settingName(), "");
    }

    private Supplier<String> exporting(@Nullable DataHome home, Progress progress) {
        Export.Options options = new Export.Options(
                parsed.settings().getOrDefault(Subcommand.FORMAT, ""),
                parsed.settings().getOrDefault(RDB_PREAMBLE, "yes"),
                parsed.flags().contains(Subcommand.FORCE));
        faults.addAll(Export.faults(parsed.parameter(), options));
        return () -> {
            Export work = new Export(required(home), parsed.parameter(), options, progress);
            OtherData others = otherData;
            if (others != null) {
                others.check();
            }
            return work.run();
        };
    }

    private static DataHome required(@Nullable DataHome home) {
        if (home == null) {
            throw new IllegalStateException("the settings have faults");
        }
        return home;
    }
}
