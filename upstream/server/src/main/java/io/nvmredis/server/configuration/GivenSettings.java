package io.nvmredis.server.configuration;

import io.nvmredis.engine.access.UserLine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Values that a server is to be started with, and where in a configuration file each stands. Values from elsewhere, the
 * command line or the environment, override those of the file. Used by one thread.
 */
public final class GivenSettings {
    /** Lines whose words add to those of an earlier line of the name. */
    private static final Set<String> ACCUMULATED = Set.of("save", "client-output-buffer-limit");

    /** Lines of Redis's that are no settings, and cannot be followed, with the reason. */
    private static final Map<String, String> REFUSED = Map.of(
            "loadmodule", "this server loads no modules",
            "rename-command", "this server renames no commands; requirepass and the network keep clients off");

    /** Names that Redis 7 accepts and does not heed itself. */
    private static final Set<String> FORGOTTEN =
            Set.of("list-max-ziplist-entries", "list-max-ziplist-value", "lua-replicate-commands");

    /** Name of the lines that define users, whose words have one character per byte. */
    static final String USER = "user";

    private final SettingCatalog catalog;
    private final Set<String> foreignNames;
    private final Map<String, String> values = new TreeMap<>();
    private final Map<String, String> foreign = new TreeMap<>();
    /** Places in the file, of the values that are from there. */
    private final Map<String, String> places = new HashMap<>();

    private final List<UserLine> users = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    /**
     * Collects what is given.
     *
     * @param text the configuration file; null if there is none
     * @param others values by name from elsewhere
     */
    public GivenSettings(SettingCatalog catalog, @Nullable ConfigurationText text, Map<String, String> others) {
        this.catalog = catalog;
        this.foreignNames = catalog.foreignNames();
        if (text != null) {
            faults.addAll(text.faults());
            text.directives().forEach(this::add);
        }
        others.forEach((name, value) -> {
            String preferred = SettingCatalog.preferred(name);
            (foreignNames.contains(preferred) ? foreign : values).put(preferred, value);
            places.remove(preferred);
        });
    }

    private void add(Directive directive) {
        String name = SettingCatalog.preferred(directive.name());
        KnownSetting setting = catalog.find(name);
        if (name.equals(USER)) {
            users.add(userLine(directive));
        } else if (REFUSED.containsKey(name)) {
            faults.add(directive.fault(name + ": " + REFUSED.get(name)));
        } else if (FORGOTTEN.contains(name)) {
            warnings.add(directive.fault(name + " changes nothing, as in Redis"));
        } else if (setting != null) {
            add(directive, name, setting.hasSeveralWords(), values);
        } else if (foreignNames.contains(name)) {
            add(directive, name, SettingCatalog.hasSeveralWords(name), foreign);
        } else {
            faults.add(directive.fault(
                    "there is no setting '" + directive.name() + "'; " + catalog.suggestion(directive.name())));
        }
    }

    private static UserLine userLine(Directive directive) {
        List<String> words = new ArrayList<>(List.of(USER));
        words.addAll(directive.words());
        return new UserLine(directive.place(), words);
    }

    private void add(Directive directive, String name, boolean hasSeveralWords, Map<String, String> to) {
        List<String> words = directive.words();
        if (words.isEmpty() || (words.size() > 1 && !hasSeveralWords)) {
            faults.add(directive.fault(name + " takes " + (hasSeveralWords ? "one value or several" : "one value")
                    + ", and has " + (words.isEmpty() ? "none" : words.size())));
            return;
        }
        String value = String.join(" ", words);
        String before = to.get(name);
        boolean adds = ACCUMULATED.contains(name) && before != null && !before.isBlank() && !value.isBlank();
        to.put(name, adds ? before + " " + value : value);
        places.put(name, directive.place());
    }

    /** Returns the values of settings that mean something here, or that nobody knows, by name. */
    public Map<String, String> values() {
        return new TreeMap<>(values);
    }

    /** Returns the values of settings of Redis's that mean nothing here, by name. */
    public Map<String, String> foreign() {
        return new TreeMap<>(foreign);
    }

    /** Returns the lines that define users, in order. */
    public List<UserLine> userLines() {
        return List.copyOf(users);
    }

    /** Returns the place of the file that gives this setting its value; null if the value is from elsewhere. */
    public @Nullable String place(String name) {
        return places.get(name);
    }

    /** Returns a sentence about a setting, which begins with its name, with the place of its value before it. */
    public String located(String sentence) {
        Optional<String> name = places.keySet().stream()
                .filter(each -> sentence.startsWith(each + " ") || sentence.startsWith(each + ":"))
                .max(Comparator.comparingInt(String::length));
        return name.map(each -> places.get(each) + ": " + sentence).orElse(sentence);
    }

    /** Returns what could not be understood. */
    public List<String> faults() {
        return List.copyOf(faults);
    }

    /** Returns what was understood, and changes nothing. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }
}
