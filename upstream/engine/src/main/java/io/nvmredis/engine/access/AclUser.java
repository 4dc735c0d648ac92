package io.nvmredis.engine.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rules of one user: whether and with which passwords it may authenticate, and its selectors. Immutable.
 *
 * @param flags what the user is or has beside, in Redis's order
 * @param passwords SHA-256 in hexadecimal digits
 * @param selectors the first is the user's own, to which rules outside of parentheses belong
 */
record AclUser(Set<Flag> flags, List<String> passwords, List<AclSelector> selectors) {

    /** What a user is or has beside its selectors. */
    enum Flag {
        ON("on"),
        OFF("off"),
        NOPASS("nopass"),
        SKIP_SANITIZE_PAYLOAD("skip-sanitize-payload"),
        SANITIZE_PAYLOAD("sanitize-payload");

        private final String word;

        Flag(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    AclUser {
        flags = Set.copyOf(flags);
        passwords = List.copyOf(passwords);
        selectors = List.copyOf(selectors);
    }

    /** Returns a user that is off and may do nothing, but use all channels if that is the default. */
    static AclUser created(boolean allChannels) {
        return new AclUser(Set.of(Flag.OFF), List.of(), List.of(AclSelector.empty(allChannels)));
    }

    /** Returns what the rule {@code reset} makes of any user. */
    static AclUser reset(boolean allChannels) {
        return new AclUser(Set.of(Flag.OFF, Flag.SANITIZE_PAYLOAD), List.of(), List.of(AclSelector.empty(allChannels)));
    }

    /** Returns the rules that the user {@code default} begins with: everything is allowed, without a password. */
    static AclUser unrestricted() {
        CommandSet all = new CommandSet();
        all.allowAll();
        return new AclUser(
                Set.of(Flag.ON, Flag.NOPASS),
                List.of(),
                List.of(new AclSelector(true, List.of(), true, List.of(), all)));
    }

    boolean isOn() {
        return flags.contains(Flag.ON);
    }

    boolean needsNoPassword() {
        return flags.contains(Flag.NOPASS);
    }

    /** Tells whether nothing at all is forbidden. */
    boolean isUnrestricted() {
        return selectors.stream().anyMatch(AclSelector::isUnrestricted);
    }

    AclSelector own() {
        return selectors.get(0);
    }

    /** Returns about how many bytes the rules take. */
    long bytes() {
        long bytes = 64L * passwords.size();
        for (AclSelector each : selectors) {
            bytes += each.bytes();
        }
        return bytes;
    }

    /** Returns the words of the flags, in Redis's order. */
    List<String> flagWords() {
        return new TreeSet<>(flags).stream().map(Flag::word).toList();
    }

    /** Returns the rules that make this user of a new one. */
    @Override
    public String toString() {
        List<String> rules = new ArrayList<>(flagWords());
        passwords.forEach(each -> rules.add("#" + each));
        rules.add(own().toString());
        selectors.stream().skip(1).forEach(each -> rules.add("(" + each + ")"));
        return String.join(" ", rules);
    }
}
