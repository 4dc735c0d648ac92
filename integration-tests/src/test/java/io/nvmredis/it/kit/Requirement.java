package io.nvmredis.it.kit;

import static org.assertj.core.api.Assertions.fail;

import com.github.dockerjava.api.exception.NotFoundException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;

/**
 * Something that a test needs and that a machine may lack.
 *
 * <p>Where it is missing the test is skipped, with the reason. The environment variable {@value #EXPECTED} names, with
 * commas between them, those that have been installed: there, to lack one is a failure.
 */
public final class Requirement {
    static final String EXPECTED = "NVM_REDIS_EXPECT";

    private Requirement() {}

    /** Goes on only if this is present. */
    static void require(String name, boolean present, String remedy) {
        if (present) {
            return;
        }
        String reason = name + " is not there: " + remedy;
        if (isExpected(name)) {
            fail(reason + " (" + EXPECTED + " says that it is)");
        }
        Assumptions.abort(reason);
    }

    /** Goes on only if these programs can be run. */
    public static void requirePrograms(String name, String remedy, String... programs) {
        require(name, Arrays.stream(programs).allMatch(Requirement::isOnPath), remedy);
    }

    /** Goes on only if redis-server can be run, and what talks to it and checks its files. */
    public static void requireRedis() {
        requirePrograms(
                "redis-server",
                "apt-get install redis-server gives it",
                "redis-server",
                "redis-cli",
                "redis-check-aof",
                "redis-check-rdb");
    }

    /** Goes on only if a user like this one may mount file systems, in a mount namespace of its own. */
    public static void requireMount() throws IOException, InterruptedException {
        require("mount", mayMount(), "it takes root with CAP_SYS_ADMIN to mount a file system");
    }

    private static boolean mayMount() throws IOException, InterruptedException {
        if (!isOnPath("unshare") || !isOnPath("nsenter")) {
            return false;
        }
        return Program.probe("unshare", "--mount", "sh", "-c", "mount -t tmpfs -o size=1m tmpfs /mnt")
                .isSuccess();
    }

    /** Goes on only if there is an engine that runs containers, and this image in it. */
    public static void requireImage(String image, String remedy) {
        require(
                "docker",
                DockerClientFactory.instance().isDockerAvailable(),
                "it takes a Docker Engine, on its usual socket or where DOCKER_HOST says");
        require("docker", isImageThere(image), "the engine has no image " + image + "; " + remedy);
    }

    private static boolean isImageThere(String image) {
        try {
            DockerClientFactory.lazyClient().inspectImageCmd(image).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    private static boolean isExpected(String name) {
        String expected = System.getenv(EXPECTED);
        return expected != null && Arrays.asList(expected.split(",")).contains(name);
    }

    private static boolean isOnPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }
}
