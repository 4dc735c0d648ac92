package io.nvmredis.engine.access;

import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.catalog.CommandSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A user, which sessions refer to. Its rules are immutable and replaced as a whole by {@link Users}. Any thread may use
 * it.
 */
public final class User {
    private final String name;
    private volatile AclUser rules;
    /** Whether {@link Users} has it no more. */
    private volatile boolean isRemoved;

    User(String name, AclUser rules) {
        this.name = name;
        this.rules = rules;
    }

    /** Returns the name, with one character per byte. */
    public String name() {
        return name;
    }

    /** Returns the name as text. */
    public String shownName() {
        return new String(Words.bytes(name), StandardCharsets.UTF_8);
    }

    AclUser rules() {
        return rules;
    }

    void replaceRules(AclUser changed) {
        rules = changed;
    }

    void remove() {
        isRemoved = true;
    }

    /** Tells whether the user is no more. A session that is this user's must end. */
    public boolean isRemoved() {
        return isRemoved;
    }

    /** Tells whether nothing at all is forbidden to the user. */
    public boolean isUnrestricted() {
        return rules.isUnrestricted();
    }

    /** Returns why the user may not run a command, which has as many words as it may have; null if it may. */
    public @Nullable Denial denial(CommandSpec spec, List<byte[]> words) {
        return new CommandCheck(spec, words).denial(rules);
    }

    /** Tells whether the user may run a command that besides reads keys which it does not name. */
    public boolean mayReadEverything(CommandSpec spec, List<byte[]> words) {
        return isUnrestricted() || new CommandCheck(spec, words).mayReadEverything(rules);
    }

    /** Tells whether the user may be subscribed to a channel, or to a pattern of channels. */
    public boolean maySubscribe(byte[] channel, boolean isPattern) {
        for (AclSelector selector : rules.selectors()) {
            if (selector.allChannels() || CommandCheck.allowsChannel(selector.channels(), channel, isPattern)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the rules as a line of a file of users. */
    public String line() {
        return "user " + name + " " + rules;
    }

    /** Returns what {@code ACL GETUSER} shows. Texts have one character per byte. */
    public Description describe() {
        AclUser described = rules;
        List<SelectorDescription> selectors = new ArrayList<>();
        for (AclSelector each : described.selectors()) {
            selectors.add(new SelectorDescription(
                    CommandRules.describe(each.commands()), each.keyRules(), each.channelRules()));
        }
        return new Description(described.flagWords(), described.passwords(), selectors);
    }

    /**
     * What a user is and may do.
     *
     * @param selectors the first is the user's own
     */
    public record Description(List<String> flags, List<String> passwords, List<SelectorDescription> selectors) {}

    /** What one selector allows, as rules. */
    public record SelectorDescription(String commands, String keys, String channels) {}
}
