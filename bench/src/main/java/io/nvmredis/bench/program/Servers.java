package io.nvmredis.bench.program;

import io.nvmredis.bench.arm.AdminConnection;
import io.nvmredis.bench.arm.Arm;
import io.nvmredis.bench.arm.ArmCatalog;
import io.nvmredis.bench.arm.RunningServer;
import io.nvmredis.bench.load.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The servers of the programs in this package. */
final class Servers {
    static final int KEY_LENGTH = Workload.keyName(0).length();

    private Servers() {}

    /** Without persistence. */
    static Arm none(Path directory, String heap) {
        return arm("none", directory, heap, List.of());
    }

    /** The same, with a collector whose pauses are shorter than what is measured. */
    static Arm noneWithShortPauses(Path directory, String heap) {
        return arm("none", directory, List.of("-Xmx" + heap, "-XX:+UseZGC"), List.of());
    }

    /** {@code nvm-aof} on the domain {@code emulated}, with more settings. */
    static Arm emulated(Path directory, String heap, String... settings) {
        return arm("nvm-aof-emulated", directory, heap, List.of(settings));
    }

    /** The same, with more options for the JVM than the launcher gives it. */
    static Arm emulatedWith(Path directory, List<String> jvmOptions) {
        return arm("nvm-aof-emulated", directory, jvmOptions, List.of());
    }

    private static Arm arm(String name, Path directory, String heap, List<String> settings) {
        return arm(name, directory, List.of("-Xmx" + heap), settings);
    }

    private static Arm arm(String name, Path directory, List<String> jvmOptions, List<String> settings) {
        return new ArmCatalog(new ArmCatalog.Places(directory, directory, jvmOptions, settings, Optional.empty()))
                .find(name)
                .orElseThrow();
    }

    /** A field of INFO; 0 if the server has none of that name. */
    static long figure(RunningServer server, String field) throws IOException {
        try (AdminConnection connection = new AdminConnection(server.port())) {
            return figure(connection.info(), field);
        }
    }

    static long figure(Map<String, String> info, String field) {
        return Long.parseLong(info.getOrDefault(field, "0"));
    }
}
