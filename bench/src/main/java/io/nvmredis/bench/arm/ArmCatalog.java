package io.nvmredis.bench.arm;

import io.nvmredis.bench.arm.Arm.Command;
import io.nvmredis.bench.arm.Arm.Medium;
import io.nvmredis.cli.NvmRedis;
import io.nvmredis.nvm.pmem.DomainProbe;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** All arms by name: ours, real Redis, and other Java servers that speak its protocol. */
public final class ArmCatalog {
    /** The program in the root of a checkout that starts a server. */
    public static final String LAUNCHER = "nvm-redis";

    /** System property: the root of the checkout whose launcher starts our servers. */
    public static final String ROOT_PROPERTY = "nvmredis.root";

    private static final List<String> DAX_DOMAINS = List.of(DomainProbe.LIBPMEM, DomainProbe.MAP_SYNC);

    private final Places places;
    private final Map<String, Arm> arms = new LinkedHashMap<>();

    /**
     * Where and how servers run.
     *
     * @param disk directory on a disk
     * @param memory directory on non-volatile memory, or on a tmpfs in its place
     * @param jvmOptions of every server that is a JVM
     * @param emulation more settings for the domain {@code emulated}
     * @param before root of another checkout, to compare with
     */
    public record Places(
            Path disk, Path memory, List<String> jvmOptions, List<String> emulation, Optional<Path> before) {}

    public ArmCatalog(Places places) {
        this.places = places;
        own("none", places.disk(), Medium.DISK, "--persistence", "none");
        own("rdb", places.disk(), Medium.DISK, "--persistence", "rdb");
        for (String fsync : List.of("no", "everysec", "always")) {
            own("aof-" + fsync, places.disk(), Medium.DISK, "--persistence", "aof", "--appendfsync", fsync);
        }
        nvm(DomainProbe.EMULATED, places.memory(), Medium.MAPPED_MEMORY, places.emulation());
        nvm(DomainProbe.MSYNC, places.disk(), Medium.DISK, List.of());
        nvm(DomainProbe.LIBPMEM, places.memory(), Medium.MAPPED_MEMORY, List.of());
        nvm(DomainProbe.MAP_SYNC, places.memory(), Medium.MAPPED_MEMORY, List.of());
        for (Peer peer : Peer.all()) {
            add(peer.name(), peer.promise(), places.disk(), Medium.DISK, peer.recipe(places.jvmOptions()));
        }
        redis("redis-none", "nothing is kept", "--save", "", "--appendonly", "no");
        redis(
                "redis-rdb",
                "what was there at the last save",
                "--save",
                "3600 1 300 100 60 10000",
                "--appendonly",
                "no");
        redis("redis-everysec", "all but the last second or two survives power loss", aof("everysec"));
        redis("redis-always", "every acknowledged write survives power loss", aof("always"));
    }

    private static String[] aof(String fsync) {
        return new String[] {"--save", "", "--appendonly", "yes", "--appendfsync", fsync};
    }

    private void own(String name, Path parent, Medium medium, String... settings) {
        add(name, "", parent, medium, (directory, port) -> ownCommand(settingsOfStart(directory, port, settings)));
        places.before()
                .ifPresent(root -> add(
                        name + "-before",
                        "",
                        parent,
                        medium,
                        (directory, port) -> launcherCommand(root, settingsOfStart(directory, port, settings))));
    }

    private static List<String> settingsOfStart(Path directory, int port, String... settings) {
        List<String> all = new ArrayList<>(List.of("--port", Integer.toString(port)));
        all.addAll(List.of("--dir", directory.toString()));
        all.addAll(Arrays.asList(settings));
        return all;
    }

    /** By the launcher, as a user does it; or, where it is not known (in a test, say), on this program's classes. */
    private Command ownCommand(List<String> settings) {
        String root = System.getProperty(ROOT_PROPERTY);
        if (root != null) {
            return launcherCommand(Path.of(root), settings);
        }
        List<String> words = new ArrayList<>(javaWords(places.jvmOptions()));
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), NvmRedis.class.getName()));
        words.addAll(settings);
        return new Command(words);
    }

    private Command launcherCommand(Path root, List<String> settings) {
        List<String> words = new ArrayList<>(List.of(root.resolve(LAUNCHER).toString()));
        words.addAll(settings);
        String java = System.getProperty("java.home");
        return new Command(
                words, Map.of("NVM_REDIS_JAVA_OPTS", String.join(" ", places.jvmOptions()), "JAVA_HOME", java));
    }

    static List<String> javaWords(List<String> jvmOptions) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(jvmOptions);
        return words;
    }

    private void nvm(String domain, Path parent, Medium medium, List<String> more) {
        List<String> settings = new ArrayList<>(List.of("--persistence", "nvm-aof", "--nvm-domain", domain));
        settings.addAll(more);
        own("nvm-aof-" + domain, parent, medium, settings.toArray(String[]::new));
    }

    private void redis(String name, String promise, String... settings) {
        add(name, promise, places.disk(), Medium.DISK, (directory, port) -> {
            Path program = onPath("redis-server")
                    .orElseThrow(() -> new UnavailableException("there is no redis-server on the PATH"));
            List<String> words = new ArrayList<>(List.of(program.toString(), "--port", Integer.toString(port)));
            words.addAll(List.of("--bind", "127.0.0.1", "--dir", directory.toString()));
            words.addAll(Arrays.asList(settings));
            return new Command(words);
        });
    }

    private void add(String name, String promise, Path parent, Medium medium, Arm.Recipe recipe) {
        arms.put(name, new Arm(name, promise, parent, medium, recipe));
    }

    /** An executable of that name, where a shell would find it. */
    public static Optional<Path> onPath(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    public Optional<Arm> find(String name) {
        return Optional.ofNullable(arms.get(name));
    }

    /** The directory on non-volatile memory, or on what stands in for it. */
    public Path memory() {
        return places.memory();
    }

    /** The settings of {@code nvm-aof} on the domain {@code emulated}. */
    public Map<String, String> emulation() {
        Map<String, String> settings = new LinkedHashMap<>(Map.of("nvm-domain", DomainProbe.EMULATED));
        for (int i = 0; i < places.emulation().size(); i += 2) {
            settings.put(
                    places.emulation().get(i).substring(2), places.emulation().get(i + 1));
        }
        return settings;
    }

    public Set<String> names() {
        return arms.keySet();
    }

    /** Those that are compared if nobody says otherwise: all but the peers, and of the domains those on offer. */
    public List<String> defaults() {
        List<String> names = new ArrayList<>(
                List.of("none", "rdb", "aof-no", "aof-everysec", "aof-always", "nvm-aof-emulated", "nvm-aof-msync"));
        for (String domain : DAX_DOMAINS) {
            if (whyNot(domain).isEmpty()) {
                names.add("nvm-aof-" + domain);
            }
        }
        if (onPath("redis-server").isPresent()) {
            names.addAll(List.of("redis-none", "redis-everysec", "redis-always"));
        }
        return names;
    }

    /** Whether the memory directory is on non-volatile memory. */
    public boolean hasPersistentMemory() {
        return whyNots().size() < DAX_DOMAINS.size();
    }

    /** For each domain of non-volatile memory that is not to be had, the reason. */
    public List<String> whyNots() {
        return DAX_DOMAINS.stream().flatMap(domain -> whyNot(domain).stream()).toList();
    }

    /** Why the memory directory does not offer a domain; empty if it does. */
    private Optional<String> whyNot(String domain) {
        try {
            DomainProbe.choose(domain, places.memory());
            return Optional.empty();
        } catch (PersistenceException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
