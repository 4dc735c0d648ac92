package io.nvmredis.engine.access;

import io.nvmredis.engine.access.AclFault.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a user may do together: commands, the keys that these may have, and channels. A user may do what one of the
 * selectors allows as a whole. Immutable.
 *
 * @param allKeys whether any key is allowed; there are no patterns of keys then
 * @param allChannels whether any channel is allowed; there are no patterns of channels then
 * @param commands not changed by anyone
 */
record AclSelector(
        boolean allKeys, List<KeyPattern> keys, boolean allChannels, List<String> channels, CommandSet commands) {

    /** Bytes that a selector takes without its patterns, and a pattern without its letters. */
    private static final long BYTES = 500;

    private static final long PATTERN_BYTES = 100;

    AclSelector {
        keys = List.copyOf(keys);
        channels = List.copyOf(channels);
    }

    /** Returns the selector that allows nothing, but all channels if that is the default. */
    static AclSelector empty(boolean allChannels) {
        return new AclSelector(false, List.of(), allChannels, List.of(), new CommandSet());
    }

    /** Tells whether nothing at all is forbidden. */
    boolean isUnrestricted() {
        return allKeys && allChannels && commands.isAll();
    }

    /** Returns the selector that a rule makes of this one. */
    AclSelector with(String rule) throws AclFault {
        return switch (rule.toLowerCase(Locale.ROOT)) {
            case "allkeys", "~*" -> withKeys(true, List.of());
            case "resetkeys" -> withKeys(false, List.of());
            case "allchannels", "&*" -> withChannels(true, List.of());
            case "resetchannels" -> withChannels(false, List.of());
            case "allcommands", "+@all" -> {
                CommandSet changed = new CommandSet();
                changed.allowAll();
                yield withCommands(changed);
            }
            case "nocommands", "-@all" -> withCommands(new CommandSet());
            case "" -> throw new AclFault(Kind.SYNTAX);
            default -> withPatternOrCommand(rule);
        };
    }

    private AclSelector withPatternOrCommand(String rule) throws AclFault {
        return switch (rule.charAt(0)) {
            case '~', '%' -> withKey(rule);
            case '&' -> withChannel(rule.substring(1));
            case '+', '-' -> {
                CommandSet changed = new CommandSet(commands);
                CommandRules.apply(rule, changed);
                yield withCommands(changed);
            }
            default -> throw new AclFault(Kind.SYNTAX);
        };
    }

    private AclSelector withKeys(boolean all, List<KeyPattern> patterns) {
        return new AclSelector(all, patterns, allChannels, channels, commands);
    }

    private AclSelector withChannels(boolean all, List<String> patterns) {
        return new AclSelector(allKeys, keys, all, patterns, commands);
    }

    private AclSelector withCommands(CommandSet changed) {
        return new AclSelector(allKeys, keys, allChannels, channels, changed);
    }

    private AclSelector withKey(String rule) throws AclFault {
        if (allKeys) {
            throw new AclFault(Kind.ALL_KEYS);
        }
        KeyPattern added = keyPattern(rule);
        List<KeyPattern> changed = new ArrayList<>(keys);
        for (int i = 0; i < changed.size(); i++) {
            if (changed.get(i).pattern().equals(added.pattern())) {
                changed.set(i, changed.get(i).with(added));
                return withKeys(false, changed);
            }
        }
        changed.add(added);
        return withKeys(false, changed);
    }

    /** Reads a rule such as {@code ~pattern} or {@code %R~pattern}. */
    private static KeyPattern keyPattern(String rule) throws AclFault {
        boolean reads = rule.charAt(0) == '~';
        boolean writes = reads;
        int at = 1;
        while (!(reads && writes && rule.charAt(0) == '~') && at < rule.length()) {
            char letter = rule.charAt(at++);
            if ((letter == 'R' || letter == 'r') && !reads) {
                reads = true;
            } else if ((letter == 'W' || letter == 'w') && !writes) {
                writes = true;
            } else if (letter == '~' && (reads || writes)) {
                break;
            } else {
                throw new AclFault(Kind.SYNTAX);
            }
        }
        String pattern = rule.substring(at);
        if (hasSpaces(pattern) || !(reads || writes)) {
            throw new AclFault(Kind.SYNTAX);
        }
        return new KeyPattern(pattern, reads, writes);
    }

    private AclSelector withChannel(String pattern) throws AclFault {
        if (allChannels) {
            throw new AclFault(Kind.ALL_CHANNELS);
        }
        if (hasSpaces(pattern)) {
            throw new AclFault(Kind.SYNTAX);
        }
        if (channels.contains(pattern)) {
            return this;
        }
        List<String> changed = new ArrayList<>(channels);
        changed.add(pattern);
        return withChannels(false, changed);
    }

    /** Tells whether a word could not be read again from a line of rules. */
    static boolean hasSpaces(String word) {
        return word.chars().anyMatch(letter -> letter == ' ' || letter == 0 || (letter >= '\t' && letter <= '\r'));
    }

    /** Returns about how many bytes the selector takes. */
    long bytes() {
        long bytes = BYTES + commands.firstWordBytes();
        for (KeyPattern key : keys) {
            bytes += PATTERN_BYTES + key.pattern().length();
        }
        for (String channel : channels) {
            bytes += PATTERN_BYTES + channel.length();
        }
        return bytes;
    }

    /** Tells whether any key may be read. */
    boolean readsEverything() {
        return allKeys
                || keys.stream().anyMatch(each -> each.reads() && each.pattern().equals(KeyPattern.EVERYTHING));
    }

    /** Returns the rules for keys, or "" if none is allowed. */
    String keyRules() {
        return allKeys
                ? "~*"
                : String.join(" ", keys.stream().map(KeyPattern::toString).toList());
    }

    /** Returns the rules for channels, or "" if none is allowed. */
    String channelRules() {
        return allChannels
                ? "&*"
                : String.join(" ", channels.stream().map(each -> "&" + each).toList());
    }

    /** Returns the rules that make this selector of one that allows nothing. */
    @Override
    public String toString() {
        StringBuilder rules = new StringBuilder();
        for (String part : List.of(keyRules(), allChannels ? "" : "resetchannels", channelRules())) {
            if (!part.isEmpty()) {
                rules.append(part).append(' ');
            }
        }
        return rules.append(CommandRules.describe(commands)).toString();
    }
}
