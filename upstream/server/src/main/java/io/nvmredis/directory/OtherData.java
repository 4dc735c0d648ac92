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
 * Looks, before a directory is opened, whether there are data in it that the persistence chosen does not read. What is done
 * then:
 *
 * <table>
 * <caption>By what there is</caption>
 * <tr><td>an import that was not finished</td><td>the start is refused</td></tr>
 * <tr><td>data of another persistence, and none of the one chosen</td><td>the start is refused: it would begin empty</td></tr>
 * <tr><td>data of both</td><td>the start goes on with its own, and says what it leaves alone</td></tr>
 * <tr><td>data of another, and its own have been emptied</td><td>the same: nothing is what it is to serve</td></tr>
 * <tr><td>data, and {@code none} is chosen</td><td>the same: it reads and keeps nothing by its nature</td></tr>
 * </table>
 *
 * <p>Where there are data of the persistence chosen, a file that SAVE has written beside them is not another one's. Used
 * once, by one thread.
 */
public final class OtherData {
    private static final Logger LOG = LoggerFactory.getLogger(OtherData.class);
    private static final String NONE = "none";

    private final Path directory;
    private final String persistence;
    private final Map<String, String> given;
    private final List<PersisterProvider> providers;
    private final List<Found> others = new ArrayList<>();
    /** It has had data here, though none may be left. */
    private boolean wasUsed;

    /** What was found of one persistence. */
    private record Found(PersisterProvider provider, Path path) {
        @Override
        public String toString() {
            return path + " (--persistence " + provider.name() + ")";
        }
    }

    /** For the settings that were given. */
    public OtherData(Path directory, String persistence, Map<String, String> given, List<PersisterProvider> providers) {
        this.directory = directory;
        this.persistence = persistence;
        this.given = Map.copyOf(given);
        this.providers = providers;
    }

    /**
     * Says what there is beside the data of the persistence chosen.
     *
     * @throws PersistenceException if nothing of it would be served
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

    /** Whether {@link #check} has found data that would be ignored, and should not be where its own turn out empty. */
    public boolean isAnything() {
        return !others.isEmpty() && !wasUsed && !persistence.equals(NONE);
    }

    /**
     * Nothing, if there are no others' data. Nobody holds the directory.
     *
     * @throws PersistenceException if there are, although nothing is there of the persistence chosen, or nothing was ever
     *     written by it
     */
    public void requireNone() {
        if (isAnything()) {
            // If another server uses them, that is what is to be told.
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

    /** Those with which a subcommand opens what this persister keeps. */
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

    /** As a shell wants it. */
    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
