package io.nvmredis.bench.run;

import io.nvmredis.bench.arm.ArmCatalog;
import io.nvmredis.bench.arm.Peer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The versions of what was measured. */
final class Versions {
    private Versions() {}

    static Map<String, String> of(List<String> arms) {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("nvm-redis", firstLine(List.of("git", "-C", root(), "describe", "--always", "--dirty")));
        if (arms.stream().anyMatch(arm -> arm.startsWith("redis"))) {
            ArmCatalog.onPath("redis-server")
                    .ifPresent(program ->
                            versions.put("redis-server", firstLine(List.of(program.toString(), "--version"))));
        }
        Peer.all().stream()
                .filter(peer -> arms.contains(peer.name()))
                .forEach(peer -> versions.put(peer.name(), peer.coordinates()));
        return versions;
    }

    private static String root() {
        return Optional.ofNullable(System.getProperty("nvmredis.root")).orElse(".");
    }

    private static String firstLine(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(Path.of(root()).toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? output.lines().findFirst().orElse("unknown") : "unknown";
        } catch (IOException e) {
            return "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
