package io.nvmredis.server;

import io.nvmredis.certificates.TlsException;
import io.nvmredis.engine.access.Access;
import io.nvmredis.engine.access.Access.Openness;
import io.nvmredis.engine.access.UserFile;
import io.nvmredis.engine.access.UserLine;
import io.nvmredis.engine.access.UserLines;
import io.nvmredis.engine.catalog.EngineSetting;
import io.nvmredis.engine.catalog.ForeignSettings;
import io.nvmredis.engine.catalog.RedisSetting;
import io.nvmredis.engine.commands.EngineSettings;
import io.nvmredis.engine.context.Limits;
import io.nvmredis.engine.context.ServerContext;
import io.nvmredis.network.ClientMemory;
import io.nvmredis.network.Endpoint;
import io.nvmredis.network.OutputLimits;
import io.nvmredis.network.TlsFront;
import io.nvmredis.network.TlsSettings;
import io.nvmredis.server.configuration.GivenSettings;
import io.nvmredis.server.configuration.ServerSetting;
import io.nvmredis.server.configuration.SettingCatalog;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.PersisterSetting;
import io.nvmredis.spi.effects.BufferCapacity;
import io.nvmredis.spi.errors.ConfigurationException;
import io.nvmredis.spi.support.SettingReader;
import io.nvmredis.spi.support.SettingValues;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
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

/** Makes a {@link ServerConfig} of the values given, or names every fault in them. Used once. */
public final class ConfigReader {
    private static final long MIN_QUERY_BUFFER = 1 << 20;
    static final String SIZE_OR_PART = "a size, such as 64mb, or a part of the memory, such as 10%";
    private static final long MIN_DRAM_BUDGET = 1 << 20;

    private static final String APPENDONLY = "appendonly";

    static final List<String> CHANNEL_RULES = List.of("allchannels", "resetchannels");

    private final GivenSettings settings;
    private final Map<String, String> given;
    private final List<PersisterProvider> providers;
    private final SettingReader reader;
    private final Map<String, String> effective = new TreeMap<>();
    private final Set<String> persisterSettings = new HashSet<>();
    private final List<String> warnings = new ArrayList<>();

    public ConfigReader(Map<String, String> given, List<PersisterProvider> providers) {
        this(new GivenSettings(new SettingCatalog(providers), null, given), providers);
    }

    public ConfigReader(GivenSettings settings, List<PersisterProvider> providers) {
        this.settings = settings;
        this.given = settings.values();
        this.providers = providers;
        reader = new SettingReader(given);
        warnings.addAll(settings.warnings());
    }

    /**
     * Checks the values and returns the settings.
     *
     * @throws ConfigurationException naming every fault
     */
    public ServerConfig read() {
        List<Bound> addresses = addresses();
        int port = (int) number(ServerSetting.PORT, 0, 65535);
        int metricsPort = metricsPort();
        TlsSettings tls = tls();
        Path directory = directory();
        int maxClients = (int) amount(ServerSetting.MAXCLIENTS);
        int maxBulkLength = maxBulkLength();
        long maxMemoryBytes = maxMemoryBytes();
        long queryBufferLimit = amount(ServerSetting.CLIENT_QUERY_BUFFER_LIMIT);
        long clientMemoryLimit = clientMemoryLimit();
        OutputLimits outputLimits = outputLimits(clientMemoryLimit);
        amount(ServerSetting.TIMEOUT);
        amount(ServerSetting.TCP_KEEPALIVE);
        int ioThreads = (int) number(ServerSetting.IO_THREADS, 1, 128);
        long dramBudgetBytes = dramBudgetBytes();
        Access access = access(directory);
        checkScriptMemory();
        Persister persister = persister(directory);
        Map<String, String> engineSettings = engineSettings(persister);
        check();
        if (persister == null) {
            throw new IllegalStateException("nothing is wrong with a persister that there is not");
        }
        return new ServerConfig(
                endpoints(addresses, port, tls),
                metricsPort,
                tls,
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
                persisterSettings,
                engineSettings,
                warnings);
    }

    private void check() {
        List<String> faults = new ArrayList<>(settings.faults());
        reader.faults().forEach(fault -> faults.add(settings.located(fault)));
        if (!faults.isEmpty()) {
            throw new ConfigurationException(faults);
        }
    }

    /** Returns the values of the engine's own settings, and of those that mean nothing here, which it remembers. */
    private Map<String, String> engineSettings(@Nullable Persister persister) {
        Map<String, String> values = new TreeMap<>();
        for (EngineSetting setting : EngineSetting.values()) {
            String value = given.get(setting.settingName());
            if (value != null) {
                try {
                    values.put(setting.settingName(), EngineSettings.checked(setting, value));
                } catch (RedisSetting.Fault e) {
                    reader.add(setting.settingName() + " '" + value + "': " + e.getMessage());
                }
            }
        }
        settings.foreign().forEach((name, value) -> {
            if (name.equals(APPENDONLY)) {
                checkAppendOnly(value, persister);
            } else {
                values.putAll(foreign(name, value));
            }
        });
        return values;
    }

    private Map<String, String> foreign(String name, String value) {
        RedisSetting setting = ForeignSettings.find(name);
        if (setting == null) {
            return Map.of();
        }
        try {
            String canonical = ForeignSettings.checked(setting, value);
            if (!ForeignSettings.isInForce(setting)) {
                warnings.add(settings.located(name + " changes nothing here"));
            }
            return Map.of(name, canonical);
        } catch (RedisSetting.Fault e) {
            reader.add(name + ": " + e.getMessage());
            return Map.of();
        }
    }

    /** Whether there is a log is the persistence's business: this setting may say what is so, and not promise more. */
    private void checkAppendOnly(String value, @Nullable Persister persister) {
        String word = SettingValues.choice(value, SettingValues.YES_OR_NO);
        if (word == null) {
            reader.add(APPENDONLY + " is not one of these: yes, no");
        } else if (persister != null && SettingValues.isYes(word) != persister.keepsTransactions()) {
            String name = value(ServerSetting.PERSISTENCE);
            if (SettingValues.isYes(word)) {
                reader.add(APPENDONLY + " is yes, but persistence " + name
                        + " has no log of what was written; choose persistence nvm-aof or aof");
            } else {
                warnings.add(settings.located(APPENDONLY + " no changes nothing: persistence is " + name));
            }
        }
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
        checkPassword(password, reader);
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
        List<UserLine> lines = settings.userLines();
        if (file != null && !lines.isEmpty()) {
            reader.add("there is an aclfile, and users are given one by one as well, at "
                    + lines.get(0).place() + ": give them in one of the two places");
            return;
        }
        UserLines.load(lines, access.users()).forEach(fault -> reader.add(fault.strip()));
        if (file != null) {
            file.load(access.users()).faults().forEach(fault -> reader.add(fault.strip()));
        }
    }

    /**
     * Notes a fault if the password is none that a client can give. U+FFFD stands for bytes that were not UTF-8: who
     * gave these bytes would not be recognised by them.
     */
    static void checkPassword(String password, SettingReader reader) {
        if (password.indexOf('\ufffd') >= 0) {
            reader.add(ServerSetting.REQUIREPASS.settingName() + " must be text in UTF-8");
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

    /** Address to listen on, and whether it may be missing. */
    private record Bound(InetAddress address, boolean isOptional) {}

    private List<Bound> addresses() {
        String value = value(ServerSetting.BIND);
        effect(ServerSetting.BIND, value);
        List<Bound> addresses = new ArrayList<>();
        for (String word : value.split("\\s+", -1)) {
            boolean isOptional = word.startsWith("-");
            String name = isOptional ? word.substring(1) : word;
            try {
                if (!name.isEmpty()) {
                    addresses.add(new Bound(address(name), isOptional));
                    continue;
                }
            } catch (UnknownHostException e) {
                if (isOptional) {
                    continue;
                }
                // Told below, together with the other faults.
            }
            reader.refuse(
                    ServerSetting.BIND.described(),
                    "an address or the name of a host, or several; give some of this machine's, or * for all of them");
            return List.of();
        }
        return addresses;
    }

    private static InetAddress address(String name) throws UnknownHostException {
        return switch (name) {
            case "*" -> InetAddress.getByName("0.0.0.0");
            case "::*" -> InetAddress.getByName("::");
            default -> InetAddress.getByName(name);
        };
    }

    /**
     * Returns where to listen. All of IPv6 includes all of IPv4 for the sockets of the JDK and of Netty: where both are
     * asked for, and there is IPv6, one of them would not find the port free.
     */
    private static List<Endpoint> endpoints(List<Bound> addresses, int port, TlsSettings tls) {
        boolean isAll = addresses.stream().anyMatch(each -> isAny(each, Inet6Address.class)) && hasIpV6();
        List<Endpoint> endpoints = new ArrayList<>();
        for (Bound bound : addresses) {
            if (!isAll || !isAny(bound, Inet4Address.class)) {
                if (port > 0 || !tls.isOn()) {
                    endpoints.add(new Endpoint(bound.address(), port, false, bound.isOptional()));
                }
                if (tls.isOn()) {
                    endpoints.add(new Endpoint(bound.address(), tls.port(), true, bound.isOptional()));
                }
            }
        }
        return endpoints;
    }

    private static boolean isAny(Bound bound, Class<? extends InetAddress> kind) {
        return kind.isInstance(bound.address()) && bound.address().isAnyLocalAddress();
    }

    private static boolean hasIpV6() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .anyMatch(Inet6Address.class::isInstance);
        } catch (SocketException e) {
            return false;
        }
    }

    private TlsSettings tls() {
        int before = reader.faults().size();
        TlsSettings tls = TlsReader.read(reader);
        effective.putAll(TlsReader.effective(reader, tls));
        if (tls.isOn() && reader.faults().size() == before) {
            try {
                TlsFront.prepare(tls);
            } catch (TlsException e) {
                reader.add(String.valueOf(e.getMessage()));
            }
        }
        return tls;
    }

    private int metricsPort() {
        boolean isWanted = !value(ServerSetting.METRICS_PORT).isEmpty();
        if (!isWanted) {
            effect(ServerSetting.METRICS_PORT, "");
        }
        return isWanted ? (int) number(ServerSetting.METRICS_PORT, 0, 65535) : -1;
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
            case TIMEOUT, TCP_KEEPALIVE -> reader.number(described, 0, Integer.MAX_VALUE);
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
            warnings.add(settings.located("proto-max-bulk-len is " + most + " and not " + set + ": a heap of "
                    + Runtime.getRuntime().maxMemory()
                    + " bytes keeps no longer string; raise it with NVM_REDIS_JAVA_OPTS=-Xmx..."));
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
        Map<String, String> dump = new HashMap<>();
        given.forEach((name, value) -> {
            if (persisterSettings.contains(name)) {
                own.put(name, value);
            } else if (DumpSaver.SETTINGS.contains(name)) {
                dump.put(name, value);
            } else if (ServerSetting.named(name).isEmpty()
                    && EngineSetting.named(name).isEmpty()) {
                misplace(name, provider);
            }
        });
        checkDump(dump);
        return own;
    }

    /** Checks the settings of the saver that there is beside a persister without one, and puts them into effect. */
    private void checkDump(Map<String, String> dump) {
        try {
            DumpSaver.settings(dump);
            effective.putAll(dump);
        } catch (ConfigurationException e) {
            e.faults().forEach(reader::add);
        }
    }

    /**
     * Notes that a setting is of another persister. In a file that is no fault, because one file may serve with several
     * kinds of persistence.
     */
    private void misplace(String name, PersisterProvider provider) {
        String why = misplaced(name, provider);
        if (settings.place(name) == null) {
            reader.add(why);
        } else {
            warnings.add(settings.located(why + ": it changes nothing"));
        }
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
