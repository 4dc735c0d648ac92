package io.nvmredis.cli;

import io.nvmredis.server.NvmRedisServer;
import io.nvmredis.server.Providers;
import io.nvmredis.server.StartException;
import io.nvmredis.server.configuration.SettingCatalog;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.errors.ConfigurationException;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The command line: starts a server, says where and how it runs, and stops it when told to; or runs a {@link
 * Subcommand}.
 *
 * <p>Exit status: 0 after a shutdown in order, by SIGTERM, SIGINT or the SHUTDOWN command alike, or a subcommand that
 * has done all it should; 1 if the server could not start or not end in order, or the subcommand failed; 2 if the
 * command line is wrong.
 */
public final class NvmRedis {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    // 3 is what the JVM ends with when it is out of memory.
    static final int DAMAGED = 4;
    static final int REPAIRED = 5;

    private static final Logger LOG = LoggerFactory.getLogger(NvmRedis.class);

    private final List<PersisterProvider> providers;
    private final SettingCatalog catalog;
    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;
    private final Consumer<NvmRedisServer> onStart;

    /**
     * Makes a run of the command line.
     *
     * @param in standard input, which may have lines of configuration
     * @param environment variables, of which some are options
     * @param onStart called with the server once it is ready, before the banner
     */
    NvmRedis(
            List<PersisterProvider> providers,
            InputStream in,
            PrintStream out,
            PrintStream err,
            Map<String, String> environment,
            Consumer<NvmRedisServer> onStart) {
        this.providers = providers;
        this.catalog = new SettingCatalog(providers);
        this.in = in;
        this.out = out;
        this.err = err;
        this.environment = environment;
        this.onStart = onStart;
    }

    public static void main(String[] arguments) {
        NvmRedis command = new NvmRedis(
                Providers.all(), System.in, System.out, System.err, System.getenv(), NvmRedis::stopAtSignal);
        System.exit(command.run(arguments));
    }

    /**
     * Shuts the server down in order when the system asks for it. {@link #awaitEnd} returns then, and the JVM ends as
     * after any other end of the program, including its other shutdown hooks (such as a flight recording's).
     */
    private static void stopAtSignal(NvmRedisServer server) {
        EndBySignal end = new EndBySignal(server, Runtime.getRuntime()::halt);
        if (!TerminationSignals.handle(end::accept)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "nvm-redis-shutdown-hook"));
        }
    }

    private static int stop(NvmRedisServer server) {
        try {
            server.close();
            return OK;
        } catch (RuntimeException e) {
            LOG.error("the server has stopped, but not in order: {}", e.getMessage());
            return FAILED;
        }
    }

    /** Runs the command line, and returns the exit status once the server has stopped. */
    int run(String... arguments) {
        StartArguments start = StartArguments.of(catalog, arguments);
        String[] words = start.options().toArray(String[]::new);
        Map<String, String> plain = PlainOptions.read(catalog, words);
        if (plain != null) {
            return serve(start, plain, List.of());
        }
        CommandLineOptions options = new CommandLineOptions(catalog, providers);
        CommandLineOptions.Parsed parsed = options.parse(words);
        if (parsed.help()) {
            out.print(options.help(parsed.subcommand()));
            return OK;
        }
        if (parsed.version()) {
            out.println(options.version());
            return OK;
        }
        Subcommand subcommand = parsed.subcommand();
        if (subcommand == null) {
            return serve(start, parsed.settings(), parsed.faults());
        }
        if (subcommand == Subcommand.COMPLETION && parsed.faults().isEmpty()) {
            out.print(options.completion());
            return OK;
        }
        return subcommand.isInspection() || subcommand == Subcommand.COMPLETION
                ? new InspectCommand(subcommand, parsed, providers, out, err).run()
                : new TransferCommand(subcommand, withEnvironment(parsed), providers, out, err).run();
    }

    private CommandLineOptions.Parsed withEnvironment(CommandLineOptions.Parsed parsed) {
        EnvironmentOptions variables = new EnvironmentOptions(catalog, environment);
        return parsed.over(variables.settingsOfSubcommands(), variables.faults());
    }

    private int serve(StartArguments start, Map<String, String> arguments, List<String> misunderstood) {
        EnvironmentOptions variables = new EnvironmentOptions(catalog, environment);
        Map<String, String> settings = new LinkedHashMap<>(variables.settings());
        settings.putAll(arguments);
        List<String> faults = new ArrayList<>(misunderstood);
        faults.addAll(variables.faults());
        NvmRedisServer server = configure(start, settings, faults);
        return server == null ? USAGE : serve(server);
    }

    private @Nullable NvmRedisServer configure(
            StartArguments start, Map<String, String> settings, List<String> misunderstood) {
        List<String> faults = new ArrayList<>(misunderstood);
        NvmRedisServer.Builder builder = NvmRedisServer.builder().providers(providers);
        settings.forEach(builder::setting);
        if (start.file() != null) {
            builder.configFile(start.file());
        }
        if (start.readsStandardInput()) {
            builder.configStream(in);
        }
        NvmRedisServer server = null;
        try {
            server = builder.build();
        } catch (ConfigurationException e) {
            faults.addAll(e.faults());
        }
        faults.forEach(fault -> err.println("nvm-redis: " + fault));
        return faults.isEmpty() ? server : null;
    }

    private int serve(NvmRedisServer server) {
        try {
            server.start();
        } catch (StartException | PersistenceException e) {
            if (server.isClosing()) {
                return awaitEnd(server);
            }
            return failed(e.getMessage(), e);
        } catch (RuntimeException e) {
            return failed("cannot start, by an internal error: " + e, e);
        } catch (OutOfMemoryError e) {
            return failed("the data does not fit into memory; give the JVM more, with -Xmx", e);
        }
        onStart.accept(server);
        out.print(Banner.of(server));
        out.flush();
        return awaitEnd(server);
    }

    private int failed(@Nullable String message, Throwable cause) {
        LOG.debug("cannot start", cause);
        err.println("nvm-redis: " + message);
        return FAILED;
    }

    private static int awaitEnd(NvmRedisServer server) {
        try {
            server.awaitClosed();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return stop(server);
    }
}
