package io.nvmredis.testcontainers;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Ports;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * The server in a container: {@code new NvmRedisContainer("nvm-redis:0.1.0")}. The image comes from {@code ./nvm-redis
 * image}.
 *
 * <p>{@link #start} returns when the server serves its data, and fails at once if the server ends before that. The data
 * are in the container's volume {@code /data}: they outlive {@link #restart} and {@link #killAndRestart}, and go with the
 * container, unless another volume is mounted there. The command line is made of the settings alone, so that a container
 * {@linkplain GenericContainer#withReuse of an earlier run} is found again.
 *
 * <p>Threads: one at a time.
 */
public class NvmRedisContainer extends GenericContainer<NvmRedisContainer> {
    private static final DockerImageName DEFAULT_IMAGE_NAME = DockerImageName.parse("nvm-redis");
    private static final int REDIS_PORT = 6379;
    /** Copied files belong to root, and the server may be another user: everybody may read them, and enter directories. */
    private static final int READABLE_BY_ALL = 0755;

    private static final String SEED_DIRECTORY = "/nvm-redis-seed/";
    private static final int STOP_SECONDS = 30;

    private final SortedMap<String, String> settings = new TreeMap<>();
    /** Path within the container of what the server begins with; null if it begins empty. */
    private @Nullable String seed;

    public NvmRedisContainer(String image) {
        this(DockerImageName.parse(image));
    }

    /** Makes a container of the image {@code nvm-redis}, or of another that is declared to be a substitute for it. */
    @SuppressWarnings("this-escape")
    public NvmRedisContainer(DockerImageName image) {
        super(image);
        image.assertCompatibleWith(DEFAULT_IMAGE_NAME);
        addExposedPort(REDIS_PORT);
        setWaitStrategy(new ReadinessWait(REDIS_PORT, this::password));
        withCreateContainerCmdModifier(this::complete);
    }

    /** Sets how data are kept: {@code nvm-aof}, {@code aof}, {@code rdb} or {@code none}. */
    public NvmRedisContainer withPersistence(String name) {
        return withSetting("persistence", name);
    }

    /** Sets the domain of {@code nvm-aof}, such as {@code msync}, or {@code emulated}, which is fast and for tests. */
    public NvmRedisContainer withDomain(String domain) {
        return withSetting("nvm-domain", domain);
    }

    /** Sets the memory for data that are on the medium as well, such as {@code 64mb}. */
    public NvmRedisContainer withDramBudget(String size) {
        return withSetting("dram-budget", size);
    }

    /** Sets a setting of the server, named as on the command line, without the dashes; a later value replaces it. */
    public NvmRedisContainer withSetting(String name, String value) {
        if (name.isEmpty() || name.startsWith("-")) {
            throw new IllegalArgumentException(
                    "a setting is named as on the command line, without the dashes, and not '" + name + "'");
        }
        if (name.equals("port")) {
            throw new IllegalArgumentException("the server listens on " + REDIS_PORT
                    + " within the container; getRedisPort() tells the port by which tests reach it");
        }
        settings.put(name, value);
        return self();
    }

    /**
     * Has the server begin with the data of a file or directory on this machine: an RDB file, an append-only file, or a
     * directory of Redis's with {@code appendonlydir} or {@code dump.rdb}. They are imported when the container starts and
     * its volume is empty, and never again.
     */
    public NvmRedisContainer withSeedData(Path source) {
        if (!Files.exists(source)) {
            throw new IllegalArgumentException("there is no file or directory " + source.toAbsolutePath());
        }
        return withSeedData(MountableFile.forHostPath(source));
    }

    /** The same, for instance of {@code MountableFile.forClasspathResource("dump.rdb")}. */
    public NvmRedisContainer withSeedData(MountableFile source) {
        Path path = Path.of(source.getResolvedPath());
        // An append-only file and its directory are known by their names.
        String target = SEED_DIRECTORY + path.getFileName();
        if (seed != null) {
            throw new IllegalStateException("the server begins with the data of one source, which is " + seed);
        }
        seed = target;
        return withCopyFileToContainer(readable(path), target);
    }

    static MountableFile readable(Path path) {
        return MountableFile.forHostPath(path, READABLE_BY_ALL);
    }

    /** Completes the command that creates the container, at each start of this object. */
    private void complete(CreateContainerCmd command) {
        String[] given = command.getCmd();
        List<String> words = command(given == null ? List.of() : List.of(given));
        String source = seed;
        if (source == null) {
            command.withCmd(words);
            return;
        }
        String[] launcher = getDockerClient()
                .inspectImageCmd(getDockerImageName())
                .exec()
                .getConfig()
                .getEntrypoint();
        if (launcher == null || launcher.length == 0) {
            throw new ContainerLaunchException(getDockerImageName() + " has no entry point that could import data");
        }
        command.withEntrypoint(Seeding.entrypoint(settings, source, List.of(launcher)));
        command.withCmd(words);
    }

    /** Returns the arguments of the server: those given by {@link #withCommand}, and the settings. */
    List<String> command(List<String> given) {
        List<String> words = new ArrayList<>(given);
        settings.forEach((name, value) -> {
            words.add("--" + name);
            words.add(value);
        });
        return words;
    }

    /** Returns the address for clients, with the password if the server has one: {@code redis://localhost:32768}. */
    public String getRedisURI() {
        String password = password();
        String credentials = password.isEmpty() ? "" : ":" + escaped(password) + "@";
        return "redis://" + credentials + getRedisHost() + ":" + getRedisPort();
    }

    private String password() {
        return settings.getOrDefault("requirepass", "");
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    public String getRedisHost() {
        return getHost();
    }

    /** Returns the port by which tests reach the server, which is another after {@link #restart}. */
    public int getRedisPort() {
        return getMappedPort(REDIS_PORT);
    }

    /** Returns the port of this machine that leads to one of the container as it is now, and not as it was at the start. */
    @Override
    public Integer getMappedPort(int originalPort) {
        if (getContainerId() == null) {
            return super.getMappedPort(originalPort);
        }
        Ports.Binding[] bindings = getCurrentContainerInfo()
                .getNetworkSettings()
                .getPorts()
                .getBindings()
                .get(ExposedPort.tcp(originalPort));
        if (bindings == null || bindings.length == 0) {
            throw new IllegalArgumentException("no port leads to " + originalPort + " of the container");
        }
        return Integer.valueOf(bindings[0].getHostPortSpec());
    }

    /** Ends the server in order and starts it again on the same data; returns when it serves them. */
    public void restart() {
        getDockerClient()
                .stopContainerCmd(getContainerId())
                .withTimeout(STOP_SECONDS)
                .exec();
        startAgain();
    }

    /** Kills the server as {@code kill -9} does and starts it again on the same data; returns when it serves them. */
    public void killAndRestart() {
        getDockerClient().killContainerCmd(getContainerId()).exec();
        startAgain();
    }

    private void startAgain() {
        getDockerClient().waitContainerCmd(getContainerId()).start().awaitStatusCode(STOP_SECONDS, TimeUnit.SECONDS);
        getDockerClient().startContainerCmd(getContainerId()).exec();
        waitUntilContainerStarted();
    }
}
