package io.nvmredis.directory;

import io.nvmredis.rdb.RdbFile;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.support.DirectoryLock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, before a directory is opened, whether it has data that the persistence chosen does not read. Then:
 *
 * <table>
 * <caption>What happens by the data found</caption>
 * <tr><td>an unfinished import</td><td>the start is refused</td></tr>
 * <tr><td>data of another persistence, none of the one chosen</td><td>the start is refused: it would begin
 *     empty</td></tr>
 * <tr><td>data of both</td><td>the start goes on with its own data, and says which it leaves alone</td></tr>
 * <tr><td>data of another persistence, and its own have been emptied</td><td>likewise: an empty data set is what it
 *     is to serve</td></tr>
 * <tr><td>data, and {@code none} is chosen</td><td>likewise: {@code none} neither reads nor keeps data</td></tr>
 * </table>
 *
 * <p>Where there are data of the persistence chosen, a file that its SAVE has written beside them does not count as
 * data of another persistence. Used once, by one thread.
 */
public final class OtherData {
    private static final Logger LOG = LoggerFactory.getLogger(OtherData.class);
    private static final String NONE = "none";

    private final Path directory;
    private final String persistence;
    private final Map<String, String> given;
    private final List<PersisterProvider> providers;
    private final List<Found> others = new ArrayList<>();
    /** Whether the persistence chosen has had data here, though none may be left. */
    private boolean wasUsed;

    /** Data of one persistence that were found. */
    private record Found(PersisterProvider provider, Path path) {
        @Override
        public String toString() {
            return path + " (--persistence " + provider.name() + ")";
        }
    }

    /** Makes a check for the settings that were given. */
    public OtherData(Path directory, String persistence, Map<String, String> given, List<PersisterProvider> providers) {
        this.directory = directory;
        this.persistence = persistence;
        this.given = Map.copyOf(given);
        this.providers = providers;
    }

    /**
     * Checks the directory, and logs what data it has beside those of the persistence chosen.
     *
     * @throws PersistenceException if none of its data would be served
     */
    public void check() {
        ImportMark.requireNone(directory);
        boolean hasOwn = persistence.equals(NONE);
        for (PersisterProvider provider : providers) {
            PersisterConfig config = new PersisterConfig(directory, settingsOf(provider));
            Path path = provider.dataIn(config);
            if (provider.name().equals(persistence)) {
                hasOwn |= path != null;
                wasUsed = provider.wasUsedIn(config);
            } else if (path != null) {
                others.add(new Found(provider, path));
            }
        }
        if (!hasOwn) {
            requireNone();
        }
        others.removeIf(found -> persistence.equals(RdbFile.writer(found.path())));
        others.forEach(this::tell);
    }

    /**
     * Tells whether {@link #check} has found data that would be ignored and must not be if the data of the persistence
     * chosen turn out empty.
     */
    public boolean isAnything() {
        return !others.isEmpty() && !wasUsed && !persistence.equals(NONE);
    }

    /**
     * Requires that there are no data of another persistence that must not be ignored. This process must not hold the
     * directory's lock.
     *
     * @throws PersistenceException if there are such data, and the persistence chosen has none or has never written
     *     any; or if another process holds the directory
     */
    public void requireNone() {
        if (isAnything()) {
            // If another server uses the directory, that is the error to report.
            DirectoryLock.take(directory, LOG::error).close();
            throw new PersistenceException(refusal());
        }
    }

    private Map<String, String> settingsOf(PersisterProvider provider) {
        Map<String, String> own = new HashMap<>();
        provider.settings().forEach(setting -> {
            String value = given.get(setting.name());
            if (value != null) {
                own.put(setting.name(), value);
            }
        });
        return own;
    }

    private String refusal() {
        return "in " + directory + " are data that --persistence " + persistence
                + " does not read, and none that it does: "
                + others.stream().map(Found::toString).collect(Collectors.joining(" and "))
                + ". No data have been changed. To serve them as they are, start with --persistence "
                + others.get(0).provider().name() + ". To bring them in: "
                + others.stream().map(this::importCommand).collect(Collectors.joining(" or "))
                + ". To begin without them, give another --dir or move them away";
    }

    private void tell(Found found) {
        LOG.warn(
                "{} is left alone: --persistence {} does not read it. {}",
                found,
                persistence,
                persistence.equals(NONE)
                        ? "To serve it, start with --persistence "
                                + found.provider().name()
                                + ", or bring it into another directory with ./nvm-redis import"
                        : "Its data are not among those that are served; to bring them into another directory: "
                                + importCommand(found, "DIRECTORY"));
    }

    private String importCommand(Found found) {
        return importCommand(found, quoted(directory.toString()));
    }

    private String importCommand(Found found, String target) {
        String from = quoted(found.path().toString());
        String export = "";
        if (!found.provider().keepsFilesOfRedis()) {
            String name = directory.getFileName() + "-" + found.provider().name() + ".rdb";
            from = quoted(directory.resolveSibling(name).toString());
            export = "./nvm-redis export --format rdb " + from + " --dir " + quoted(directory.toString())
                    + options(found.provider()) + " && ";
        }
        return export + "./nvm-redis import " + from + " --dir " + target + options(chosen());
    }

    private @Nullable PersisterProvider chosen() {
        return providers.stream()
                .filter(provider -> provider.name().equals(persistence))
                .findAny()
                .orElse(null);
    }

    /** Returns the options with which a subcommand opens the data of this persister. */
    private String options(@Nullable PersisterProvider provider) {
        if (provider == null) {
            return "";
        }
        StringBuilder options = new StringBuilder(" --persistence ").append(provider.name());
        settingsOf(provider)
                .forEach((name, value) ->
                        options.append(" --").append(name).append(' ').append(quoted(value)));
        return options.toString();
    }

    /** Quotes a word for a shell. */
    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
