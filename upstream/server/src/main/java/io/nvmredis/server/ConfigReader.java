package io.nvmredis.server;

import io.nvmredis.engine.access.Access;
import io.nvmredis.engine.access.Access.Openness;
import io.nvmredis.engine.access.UserFile;
import io.nvmredis.engine.access.UserLine;
import io.nvmredis.engine.access.UserLines;
import io.nvmredis.engine.context.Limits;
import io.nvmredis.engine.context.ServerContext;
import io.nvmredis.network.ClientMemory;
import io.nvmredis.network.OutputLimits;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.PersisterSetting;
import io.nvmredis.spi.effects.BufferCapacity;
import io.nvmredis.spi.errors.ConfigurationException;
import io.nvmredis.spi.support.SettingReader;
import io.nvmredis.spi.support.SettingValues;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a {@link ServerConfig} of the values given, or names every fault in them. Used once. */
public final class ConfigReader {
    private static final long MIN_QUERY_BUFFER = 1 << 20;
    static final String SIZE_OR_PART = "a size, such as 64mb, or a part of the memory, such as 10%";
    private static final long MIN_DRAM_BUDGET = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(ConfigReader.class);

    static final List<String> CHANNEL_RULES = List.of("allchannels", "resetchannels");

    private final Map<String, String> given;
    private final List<UserLine> userLines;
    private final List<PersisterProvider> providers;
    private final SettingReader reader;
    private final Map<String, String> effective = new TreeMap<>();
    private final Set<String> persisterSettings = new HashSet<>();

    public ConfigReader(Map<String, String> given, List<PersisterProvider> providers) {
        this(given, providers, List.of());
    }

    /**
     * Creates a reader of these values.
     *
     * @param userLines users of a configuration file, which come to those that there are
     */
    public ConfigReader(Map<String, String> given, List<PersisterProvider> providers, List<UserLine> userLines) {
        this.given = given;
        this.userLines = userLines;
        this.providers = providers;
        reader = new SettingReader(given);
    }

    /**
     * Checks the values and returns the settings.
     *
     * @throws ConfigurationException naming every fault
     */
    public ServerConfig read() {
        InetAddress address = address();
        int port = (int) number(ServerSetting.PORT, 0, 65535);
        Path directory = directory();
        int maxClients = (int) amount(ServerSetting.MAXCLIENTS);
        int maxBulkLength = maxBulkLength();
        long maxMemoryBytes = maxMemoryBytes();
        long queryBufferLimit = amount(ServerSetting.CLIENT_QUERY_BUFFER_LIMIT);
        long clientMemoryLimit = clientMemoryLimit();
        OutputLimits outputLimits = outputLimits(clientMemoryLimit);
        int ioThreads = (int) number(ServerSetting.IO_THREADS, 1, 128);
        long dramBudgetBytes = dramBudgetBytes();
        Access access = access(directory);
        checkScriptMemory();
        Persister persister = persister(directory);
        reader.check();
        if (address == null || persister == null) {
            throw new IllegalStateException("nothing is wrong with an address or persister that there is not");
        }
        return new ServerConfig(
                address,
                port,
                directory,
                value(ServerSetting.PERSISTENCE),
                persister,
                maxClients,
                maxBulkLength,
                maxMemoryBytes,
                queryBufferLimit,
                outputLimits,
                clientMemoryLimit,
                ioThreads,
                dramBudgetBytes,
                access,
                effective,
                persisterSettings);
    }

    private String value(ServerSetting setting) {
        return reader.value(setting.described()).strip();
    }

    private void effect(ServerSetting setting, Object value) {
        effective.put(setting.settingName(), value.toString());
    }

    private Access access(Path directory) {
        // Taken as given, because a blank may be part of it. Only CONFIG GET shows it.
        String password = reader.value(ServerSetting.REQUIREPASS.described());
        effect(ServerSetting.REQUIREPASS, password);
        String protectedMode = choice(ServerSetting.PROTECTED_MODE, SettingValues.YES_OR_NO);
        UserFile file = userFile(directory);
        Access access = new Access(
                password,
                SettingValues.isYes(protectedMode),
                openness(ServerSetting.ENABLE_DEBUG_COMMAND),
                openness(ServerSetting.ENABLE_PROTECTED_CONFIGS),
                file);
        access.log().limit(amount(ServerSetting.ACLLOG_MAX_LEN));
        access.users()
                .giveAllChannels(
                        choice(ServerSetting.ACL_PUBSUB_DEFAULT, CHANNEL_RULES).equalsIgnoreCase(CHANNEL_RULES.get(0)));
        loadUsers(access, file);
        return access;
    }

    /** Returns the file of users, whose name is one in the directory of the data, as in Redis; null if there is none. */
    private @Nullable UserFile userFile(Path directory) {
        String name = value(ServerSetting.ACLFILE);
        effect(ServerSetting.ACLFILE, name);
        try {
            return name.isEmpty() ? null : new UserFile(directory.resolve(name), name);
        } catch (InvalidPathException e) {
            reader.add("aclfile '" + name + "' cannot be the name of a file: " + e.getReason());
            return null;
        }
    }

    private void loadUsers(Access access, @Nullable UserFile file) {
        if (file != null && !userLines.isEmpty()) {
            reader.add("there is an aclfile, and users are given one by one as well, at "
                    + userLines.get(0).place() + ": give them in one of the two places");
            return;
        }
        UserLines.load(userLines, access.users()).forEach(fault -> reader.add(fault.strip()));
        if (file != null) {
            file.load(access.users()).faults().forEach(fault -> reader.add(fault.strip()));
        }
    }

    private Openness openness(ServerSetting setting) {
        return Openness.valueOf(choice(setting, List.of("no", "yes", "local")).toUpperCase(Locale.ROOT));
    }

    private String choice(ServerSetting setting, List<String> choices) {
        String value = reader.choice(setting.described(), choices);
        effect(setting, value);
        return value;
    }

    private @Nullable InetAddress address() {
        String value = value(ServerSetting.BIND);
        effect(ServerSetting.BIND, value);
        try {
            if (!value.isEmpty()) {
                return InetAddress.getByName(value);
            }
        } catch (UnknownHostException e) {
            // Told below, together with the other faults.
        }
        reader.refuse(
                ServerSetting.BIND.described(),
                "an address or the name of a host; give one of this machine's, or 0.0.0.0 for all of them");
        return null;
    }

    private Path directory() {
        String value = value(ServerSetting.DIR);
        Path directory = Path.of("").toAbsolutePath();
        try {
            if (value.isEmpty()) {
                reader.add("dir is empty; name a directory");
            }
            directory = Path.of(value).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            reader.add("dir '" + value + "' cannot be the name of a directory: " + e.getReason());
        }
        effect(ServerSetting.DIR, directory);
        return directory;
    }

    /** Returns the value of a number or size that may be changed while the server runs. */
    static long amount(ServerSetting setting, SettingReader reader) {
        PersisterSetting described = setting.described();
        return switch (setting) {
            case MAXCLIENTS -> reader.number(described, 1, Integer.MAX_VALUE);
            case ACLLOG_MAX_LEN -> reader.number(described, 0, Long.MAX_VALUE);
            case MAXMEMORY -> reader.size(described, 0, SettingReader.UNBOUNDED);
            case CLIENT_QUERY_BUFFER_LIMIT -> reader.size(described, MIN_QUERY_BUFFER, SettingReader.UNBOUNDED);
            default -> throw new IllegalArgumentException(setting.settingName());
        };
    }

    private long amount(ServerSetting setting) {
        long amount = amount(setting, reader);
        effect(setting, amount);
        return amount;
    }

    private long number(ServerSetting setting, long min, long max) {
        long number = reader.number(setting.described(), min, max);
        effect(setting, number);
        return number;
    }

    private long size(ServerSetting setting, long min, long max) {
        long size = reader.size(setting.described(), min, max);
        effect(setting, size);
        return size;
    }

    /**
     * Returns the longest argument of a command in bytes: as set, but no longer than a string that this heap can keep.
     */
    private int maxBulkLength() {
        long set = size(ServerSetting.PROTO_MAX_BULK_LEN, 1 << 20, BufferCapacity.MAX);
        long most = Math.max(1 << 20, Limits.ofThisHeap().maxStringBytes());
        if (set > most && given.containsKey(ServerSetting.PROTO_MAX_BULK_LEN.settingName())) {
            LOG.warn(
                    "proto-max-bulk-len is {} and not {}: a heap of {} bytes keeps no longer string; raise it with"
                            + " NVM_REDIS_JAVA_OPTS=-Xmx...",
                    most,
                    set,
                    Runtime.getRuntime().maxMemory());
        }
        long length = Math.min(set, most);
        effect(ServerSetting.PROTO_MAX_BULK_LEN, length);
        return (int) length;
    }

    /** Returns the limit on data in bytes: as set, but no more than there is memory for. */
    private long maxMemoryBytes() {
        long set = amount(ServerSetting.MAXMEMORY);
        long most = Limits.ofThisHeap().maxDataBytes();
        long bytes = set == 0 ? most : Math.min(set, most);
        effect(ServerSetting.MAXMEMORY, bytes);
        return bytes;
    }

    private long dramBudgetBytes() {
        if (!value(ServerSetting.DRAM_BUDGET).isEmpty()) {
            return size(ServerSetting.DRAM_BUDGET, MIN_DRAM_BUDGET, SettingReader.UNBOUNDED);
        }
        long share = Math.max(MIN_DRAM_BUDGET, Limits.ofThisHeap().dramBytes());
        effect(ServerSetting.DRAM_BUDGET, share);
        return share;
    }

    private long clientMemoryLimit() {
        ServerSetting setting = ServerSetting.MAXMEMORY_CLIENTS;
        OptionalLong limit = ClientMemory.limitOf(value(setting));
        if (limit.isEmpty()) {
            reader.refuse(setting.described(), SIZE_OR_PART);
            return 0;
        }
        effect(setting, limit.getAsLong());
        return limit.getAsLong();
    }

    private OutputLimits outputLimits(long clientMemoryLimit) {
        ServerSetting setting = ServerSetting.CLIENT_OUTPUT_BUFFER_LIMIT;
        OutputLimits limits = OutputLimits.withNormal(clientMemoryLimit);
        try {
            if (!value(setting).isEmpty()) {
                limits = limits.with(value(setting));
            }
        } catch (IllegalArgumentException e) {
            reader.add(setting.settingName() + " '" + value(setting) + "': " + e.getMessage());
        }
        effect(setting, limits);
        return limits;
    }

    /** Checks the limit and puts it into effect; {@link ServerConfig#scriptMemoryBytes} reads it from there. */
    private void checkScriptMemory() {
        if (!value(ServerSetting.SCRIPT_MEMORY_LIMIT).isEmpty()) {
            size(ServerSetting.SCRIPT_MEMORY_LIMIT, ServerContext.MIN_SCRIPT_MEMORY, SettingReader.UNBOUNDED);
        } else {
            effect(ServerSetting.SCRIPT_MEMORY_LIMIT, ServerContext.defaultScriptMemory());
        }
    }

    private @Nullable Persister persister(Path directory) {
        String name = value(ServerSetting.PERSISTENCE);
        effect(ServerSetting.PERSISTENCE, name);
        Optional<PersisterProvider> provider = providers.stream()
                .filter(candidate -> candidate.name().equals(name))
                .findAny();
        if (provider.isEmpty()) {
            reader.refuse(
                    ServerSetting.PERSISTENCE.described(),
                    "one of these: "
                            + providers.stream().map(PersisterProvider::name).collect(Collectors.joining(", ")));
            return null;
        }
        return create(provider.get(), new PersisterConfig(directory, settingsOf(provider.get())));
    }

    private @Nullable Persister create(PersisterProvider provider, PersisterConfig config) {
        try {
            return provider.create(config);
        } catch (ConfigurationException e) {
            e.faults().forEach(reader::add);
            return null;
        }
    }

    /**
     * Returns the settings given for this persister. A given setting of neither the persister nor the server is a
     * fault.
     */
    private Map<String, String> settingsOf(PersisterProvider provider) {
        for (PersisterSetting setting : provider.settings()) {
            persisterSettings.add(setting.name());
            effective.put(setting.name(), given.getOrDefault(setting.name(), setting.defaultValue()));
        }
        Map<String, String> own = new HashMap<>();
        given.forEach((name, value) -> {
            if (provider.settings().stream().anyMatch(setting -> setting.name().equals(name))) {
                own.put(name, value);
            } else if (ServerSetting.named(name).isEmpty()) {
                reader.add(misplaced(name, provider));
            }
        });
        return own;
    }

    private String misplaced(String name, PersisterProvider chosen) {
        String owners = providers.stream()
                .filter(provider -> provider.settings().stream()
                        .anyMatch(setting -> setting.name().equals(name)))
                .map(PersisterProvider::name)
                .collect(Collectors.joining(" or "));
        return owners.isEmpty()
                ? "there is no setting '" + name + "'"
                : name + " is a setting of persistence " + owners + ", but persistence is " + chosen.name();
    }
}
