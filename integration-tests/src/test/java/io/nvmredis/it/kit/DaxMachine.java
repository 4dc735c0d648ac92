package io.nvmredis.it.kit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A virtual machine with an NVDIMM that keeps its content while the machine is off.
 *
 * <p>{@code src/test/sh/dax-vm} says what the guest is like. One thread at a time.
 */
public final class DaxMachine {
    /** Where the guest has its non-volatile memory, as an ext4 file system with DAX. */
    public static final Path NVM = Path.of("/mnt/pmem");

    private static final Path SCRIPT = Path.of("src", "test", "sh", "dax-vm").toAbsolutePath();
    private static final List<Path> LIBPMEM = List.of(
            Path.of("/usr/lib/x86_64-linux-gnu/libpmem.so.1"),
            Path.of("/usr/lib64/libpmem.so.1"),
            Path.of("/usr/lib/libpmem.so.1"));

    private final TestDirectory directory;
    private final int port;

    private DaxMachine(TestDirectory directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    /** Goes on only if such a machine can be had, with libpmem in it. */
    public static void require() throws IOException, InterruptedException {
        Program.Outcome check = Program.probe(SCRIPT.toString(), "--check");
        Requirement.require("dax", check.isSuccess(), String.join("; ", check.lines()));
        Requirement.require(
                "libpmem",
                LIBPMEM.stream().anyMatch(Files::exists),
                "install libpmem (Debian: apt-get install libpmem1)");
    }

    /** One that is switched off, with a blank NVDIMM which is a file in this directory. */
    public static DaxMachine create(TestDirectory directory) throws IOException {
        Files.createDirectory(directory.path("host"));
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new DaxMachine(directory, free.getLocalPort());
        }
    }

    /** Switches it on, and waits until it takes commands. */
    public DaxGuest boot() throws IOException, InterruptedException {
        // A guest that is not waited for ends by itself, even if this JVM is killed.
        Process script = new ProcessBuilder(
                        SCRIPT.toString(),
                        "--nvdimm",
                        file("nvdimm"),
                        "--host",
                        file("host"),
                        "--forward",
                        Integer.toString(port),
                        "--pidfile",
                        file("pid"),
                        "--console",
                        file("console"),
                        "--limit",
                        "300",
                        "bash")
                .redirectErrorStream(true)
                .start();
        DaxGuest guest = new DaxGuest(script, directory.path(), port);
        try {
            guest.awaitBoot();
            return guest;
        } catch (AssertionError e) {
            guest.close();
            throw e;
        }
    }

    /** What the guest's kernel has said since it was last switched on. */
    public String console() throws IOException {
        return Files.readString(Path.of(file("console")), StandardCharsets.ISO_8859_1);
    }

    private String file(String name) {
        return directory.path(name).toString();
    }
}
