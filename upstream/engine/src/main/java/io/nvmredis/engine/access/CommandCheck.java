package io.nvmredis.engine.access;

import io.nvmredis.engine.access.Denial.Reason;
import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.catalog.CommandFacts;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import io.nvmredis.engine.catalog.KeySearch;
import io.nvmredis.engine.catalog.KeySearch.Found;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Check of one command against the rules of a user. The keys are those that {@code COMMAND GETKEYSANDFLAGS} tells, with
 * what the command does with each. One thread uses an instance.
 */
final class CommandCheck {
    private static final List<String> WRITES = List.of("insert", "update", "delete");

    private final CommandSpec spec;
    private final RuledCommand command;
    private final List<byte[]> words;
    /** Keys of the command; null until a selector needs them. */
    private @Nullable List<Found> keys;
    /** Position of the word that a selector has refused last. */
    private int refused;

    /**
     * Creates a check.
     *
     * @param words as many as the command may have
     */
    CommandCheck(CommandSpec spec, List<byte[]> words) {
        this.spec = spec;
        this.words = words;
        command = RuledCommands.called(spec, words);
    }

    /** Returns why these rules do not allow the command; null if they do. */
    @Nullable
    Denial denial(AclUser user) {
        Reason told = Reason.COMMAND;
        int position = 0;
        for (AclSelector selector : user.selectors()) {
            Reason reason = reason(selector);
            if (reason == null) {
                return null;
            }
            if (reason.compareTo(told) > 0 || (reason == told && refused > position)) {
                told = reason;
                position = refused;
            }
        }
        return new Denial(told, command.name(), position);
    }

    /** Tells whether one selector allows the command, and besides to read any key. */
    boolean mayReadEverything(AclUser user) {
        for (AclSelector selector : user.selectors()) {
            if (reason(selector) == null && selector.readsEverything()) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Reason reason(AclSelector selector) {
        if (!spec.has(Trait.NO_AUTH) && !allowsCommand(selector.commands())) {
            return Reason.COMMAND;
        }
        if (!selector.allKeys()) {
            for (Found key : keys()) {
                if (!allowsKey(selector, key)) {
                    refused = key.position();
                    return Reason.KEY;
                }
            }
        }
        return selector.allChannels() ? null : reasonOfChannels(selector.channels());
    }

    private boolean allowsCommand(CommandSet commands) {
        return commands.isAll()
                || commands.allows(command)
                || (words.size() > 1
                        && commands.firstWords(command).stream()
                                .anyMatch(each -> CommandSet.isSame(each, Words.text(words.get(1)))));
    }

    private List<Found> keys() {
        List<Found> found = keys;
        if (found == null) {
            CommandFacts facts = command.facts();
            found = facts == null || !facts.admits(words.size()) ? List.of() : search(facts);
            keys = found;
        }
        return found;
    }

    /** Finds the keys. Redis 7.0 finds none of a PFMERGE that has one alone, and so lets everybody make that key. */
    private List<Found> search(CommandFacts facts) {
        List<Found> found = KeySearch.keys(facts, words);
        return found.isEmpty() && facts.name().equals("pfmerge")
                ? List.of(new Found(1, List.of("access", "insert")))
                : found;
    }

    private boolean allowsKey(AclSelector selector, Found key) {
        boolean isRead = key.flags().contains("access");
        boolean isWritten = key.flags().stream().anyMatch(WRITES::contains);
        byte[] word = words.get(key.position());
        return selector.keys().stream().anyMatch(each -> each.permits(isRead, isWritten) && each.matches(word));
    }

    private @Nullable Reason reasonOfChannels(List<String> patterns) {
        int last = switch (spec.name()) {
            case "publish", "spublish" -> 1;
            case "subscribe", "ssubscribe", "psubscribe" -> words.size() - 1;
            default -> 0;
        };
        for (int i = 1; i <= last && i < words.size(); i++) {
            if (!allowsChannel(
                    patterns,
                    words.get(i),
                    spec.name().startsWith("p") && !spec.name().equals("publish"))) {
                refused = i;
                return Reason.CHANNEL;
            }
        }
        return null;
    }

    /** Tells whether patterns allow a channel, or a pattern of channels, which must be among them letter by letter. */
    static boolean allowsChannel(List<String> patterns, byte[] channel, boolean isPattern) {
        String text = Words.text(channel);
        return patterns.stream().anyMatch(each -> isPattern ? each.equals(text) : KeyPattern.matches(each, channel));
    }
}
