package io.nvmredis.engine.access;

import io.nvmredis.engine.access.AclFault.Kind;
import io.nvmredis.engine.access.AclUser.Flag;
import io.nvmredis.engine.bytes.Words;
import io.nvmredis.spi.support.QuotedWords;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Applies rules, as {@code ACL SETUSER} takes them, to a user. An instance is used by one thread. */
final class AclRules {
    private final boolean allChannels;
    private final Set<Flag> flags;
    private final List<String> passwords;
    private final List<AclSelector> selectors;

    /**
     * Begins with the rules that a user has.
     *
     * @param allChannels whether a new selector allows all channels
     */
    AclRules(AclUser user, boolean allChannels) {
        this.allChannels = allChannels;
        flags = EnumSet.noneOf(Flag.class);
        flags.addAll(user.flags());
        passwords = new ArrayList<>(user.passwords());
        selectors = new ArrayList<>(user.selectors());
    }

    /** Returns the user that the rules so far have made. */
    AclUser user() {
        return new AclUser(flags, passwords, selectors);
    }

    /**
     * Returns the words of rules with each selector in one of them, which may have been given in several; null if a
     * parenthesis is not closed.
     */
    static @Nullable List<String> merged(List<String> words) {
        List<String> merged = new ArrayList<>();
        StringBuilder selector = null;
        for (String word : words) {
            if (word.startsWith("(") && !word.endsWith(")")) {
                selector = new StringBuilder(word);
            } else if (selector != null) {
                selector.append(' ').append(word);
                if (word.endsWith(")")) {
                    merged.add(selector.toString());
                    selector = null;
                }
            } else {
                merged.add(word);
            }
        }
        return selector == null ? merged : null;
    }

    /** Returns the last word that begins a selector without ending it; "" if there is none. */
    static String opening(List<String> words) {
        String opening = "";
        for (String word : words) {
            opening = word.startsWith("(") && !word.endsWith(")") ? word : opening;
        }
        return opening;
    }

    /** Applies one rule. After a fault the user is as it was before that rule. */
    void apply(String rule) throws AclFault {
        switch (rule.toLowerCase(Locale.ROOT)) {
            case "" -> {}
            case "on" -> replace(Flag.OFF, Flag.ON);
            case "off" -> replace(Flag.ON, Flag.OFF);
            case "skip-sanitize-payload" -> replace(Flag.SANITIZE_PAYLOAD, Flag.SKIP_SANITIZE_PAYLOAD);
            case "sanitize-payload" -> replace(Flag.SKIP_SANITIZE_PAYLOAD, Flag.SANITIZE_PAYLOAD);
            case "nopass" -> {
                flags.add(Flag.NOPASS);
                passwords.clear();
            }
            case "resetpass" -> {
                flags.remove(Flag.NOPASS);
                passwords.clear();
            }
            case "clearselectors" -> selectors.subList(1, selectors.size()).clear();
            case "reset" -> reset();
            default -> applyLettered(rule);
        }
    }

    private void replace(Flag old, Flag now) {
        flags.remove(old);
        flags.add(now);
    }

    private void reset() {
        AclUser reset = AclUser.reset(allChannels);
        flags.clear();
        flags.addAll(reset.flags());
        passwords.clear();
        selectors.clear();
        selectors.addAll(reset.selectors());
    }

    private void applyLettered(String rule) throws AclFault {
        String rest = rule.substring(1);
        switch (rule.charAt(0)) {
            case '>' -> addPassword(Passwords.hash(Words.bytes(rest)));
            case '#' -> addPassword(hash(rest));
            case '<' -> removePassword(Passwords.hash(Words.bytes(rest)));
            case '!' -> removePassword(hash(rest));
            case '(' -> selectors.add(selector(rule));
            default -> selectors.set(0, selectors.get(0).with(rule));
        }
    }

    private static String hash(String text) throws AclFault {
        if (!Passwords.isHash(text)) {
            throw new AclFault(Kind.BAD_HASH);
        }
        return text;
    }

    private void addPassword(String hash) {
        if (!passwords.contains(hash)) {
            passwords.add(hash);
        }
        flags.remove(Flag.NOPASS);
    }

    private void removePassword(String hash) throws AclFault {
        if (!passwords.remove(hash)) {
            throw new AclFault(Kind.NO_SUCH_PASSWORD);
        }
    }

    private AclSelector selector(String rule) throws AclFault {
        if (!rule.endsWith(")")) {
            throw new AclFault(Kind.SYNTAX);
        }
        List<String> words = QuotedWords.split(rule.substring(1, rule.length() - 1));
        AclSelector selector = AclSelector.empty(allChannels);
        for (String word : words == null ? List.<String>of() : words) {
            selector = selector.with(word);
        }
        return selector;
    }
}
