package io.nvmredis.testcontainers;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testcontainers.containers.ContainerLaunchException;

/** Entry point that imports data into an empty directory before it starts the server. */
final class Seeding {
    private static final String DIRECTORY = "dir";
    private static final String DEFAULT_DIRECTORY = "/data";

    /**
     * What bash does. Its parameters: the directory of the server, how many words the import has, these words, and the
     * launcher with the arguments of the server. It ends with the import's status if that fails.
     */
    private static final String SCRIPT = """
            set -eu
            shopt -s nullglob dotglob
            found=("$1"/*)
            import=("${@:3:$2}")
            shift "$(( $2 + 2 ))"
            if (( ${#found[@]} == 0 )); then
              "${import[@]}"
            fi
            exec "$@"
            """;

    private Seeding() {}

    /**
     * Returns the entry point.
     *
     * @param settings those of the server
     * @param source path of the data within the container
     * @param launcher entry point of the image
     */
    static List<String> entrypoint(Map<String, String> settings, String source, List<String> launcher) {
        if (settings.getOrDefault("persistence", "").equals("none")) {
            throw new ContainerLaunchException(
                    "the persistence none keeps no data, so that none can be imported for it;"
                            + " choose another, or write them with a client");
        }
        String directory = settings.getOrDefault(DIRECTORY, DEFAULT_DIRECTORY);
        List<String> importing = new ArrayList<>(launcher);
        importing.addAll(List.of("import", source, "--" + DIRECTORY, directory));
        settings.forEach((name, value) -> {
            if (isForImport(name)) {
                importing.addAll(List.of("--" + name, value));
            }
        });
        List<String> words = new ArrayList<>(List.of("bash", "-c", SCRIPT, "seed"));
        words.add(directory);
        words.add(Integer.toString(importing.size()));
        words.addAll(importing);
        words.addAll(launcher);
        return words;
    }

    private static boolean isForImport(String setting) {
        return setting.equals("persistence") || setting.equals("dram-budget") || setting.startsWith("nvm-");
    }
}
