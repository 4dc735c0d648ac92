package io.nvmredis.it.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A view of the file systems of its own, with something mounted that nobody else sees.
 *
 * <p>A process holds it open that ends when this JVM does, so no mount is ever left behind.
 */
public final class MountNamespace implements AutoCloseable {
    private static final String READY = "mounted";

    private final Process holder;
    private final Path mountPoint;

    private MountNamespace(Path mountPoint, String mountCommand) throws IOException {
        this.mountPoint = mountPoint;
        holder = new ProcessBuilder(
                        "unshare",
                        "--mount",
                        "--propagation",
                        "private",
                        "sh",
                        "-c",
                        mountCommand + " && echo " + READY + " && exec cat",
                        "sh",
                        mountPoint.toString())
                .redirectErrorStream(true)
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
        assertThat(output.readLine()).as(mountCommand).isEqualTo(READY);
    }

    /** A directory that cannot be written to, not even by root. */
    public static MountNamespace readOnly(Path directory) throws IOException {
        return new MountNamespace(directory, "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\"");
    }

    /** An empty file system of this size. */
    public static MountNamespace smallFileSystem(Path mountPoint, int megabytes) throws IOException {
        return new MountNamespace(mountPoint, "mount -t tmpfs -o size=" + megabytes + "m tmpfs \"$1\"");
    }

    /** The program that runs another one, whose command follows, in here. */
    public String[] enter() {
        return new String[] {"nsenter", "--mount=/proc/" + holder.pid() + "/ns/mnt", "--"};
    }

    /** Where somebody outside finds what is mounted. */
    public Path fromOutside() {
        return Path.of("/proc/" + holder.pid() + "/root" + mountPoint);
    }

    @Override
    public void close() {
        holder.destroyForcibly();
        holder.onExit().join();
    }
}
