package io.nvmredis.it.kit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A view of the file systems of its own, with something mounted that nobody else sees. */
public final class MountNamespace implements AutoCloseable {
    private final Namespace namespace;
    private final Path mountPoint;

    private MountNamespace(Path mountPoint, String mountCommand) throws IOException {
        this.mountPoint = mountPoint;
        namespace = new Namespace(List.of("--mount", "--propagation", "private"), mountCommand, mountPoint.toString());
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
        return namespace.enter("--mount", "mnt");
    }

    /** Where somebody outside finds what is mounted. */
    public Path fromOutside() {
        return Path.of("/proc/" + namespace.pid() + "/root" + mountPoint);
    }

    @Override
    public void close() {
        namespace.close();
    }
}
