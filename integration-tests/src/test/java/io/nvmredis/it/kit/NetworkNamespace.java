package io.nvmredis.it.kit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A network of its own, that nobody else sees, in which a machine has an address besides the loopback's: one that connects
 * to it comes from it, as from another machine.
 */
public final class NetworkNamespace implements AutoCloseable {
    /** The address. */
    public static final String ADDRESS = "10.111.0.1";

    private static final String SET_UP = "ip link set lo up && ip address add " + ADDRESS + "/32 dev lo";

    private final Namespace namespace;

    private NetworkNamespace() throws IOException {
        namespace = new Namespace(List.of("--net"), SET_UP);
    }

    /** Makes one, where this user may. */
    public static NetworkNamespace create() throws IOException, InterruptedException {
        Requirement.requirePrograms("netns", "install iproute2 and util-linux", "unshare", "nsenter", "ip", "bash");
        Requirement.require(
                "netns",
                Program.probe("unshare", "--net", "sh", "-c", SET_UP).isSuccess(),
                "it takes root with CAP_NET_ADMIN and CAP_SYS_ADMIN to make a network namespace");
        return new NetworkNamespace();
    }

    /** The program that runs another one, whose command follows, in here. */
    public String[] enter() {
        return namespace.enter("--net", "net");
    }

    /** What is replied to a client of an address in here that sends these lines, until the server closes. */
    public String talk(String address, int port, String lines) throws IOException {
        List<String> command = new ArrayList<>(List.of(enter()));
        command.addAll(List.of(
                "bash",
                "-c",
                "exec 3<>\"/dev/tcp/$1/$2\" && { [ -z \"$3\" ] || printf '%b' \"$3\" >&3; } && timeout 20 cat <&3",
                "bash",
                address,
                Integer.toString(port),
                lines));
        Process client = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        namespace.close();
    }
}
