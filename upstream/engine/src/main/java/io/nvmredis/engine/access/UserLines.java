package io.nvmredis.engine.access;

import io.nvmredis.engine.access.AclFault.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Reads lines that describe users, of a file of users or of a configuration file: all of them, so that every fault is
 * told at once. One thread uses an instance, once.
 */
public final class UserLines {
    /** Whether the lines are those of a configuration file, in which the user {@code default} is one that there is. */
    private final boolean areOfConfiguration;

    private final boolean allChannels;
    private final NavigableMap<String, AclUser> users = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();

    private UserLines(boolean areOfConfiguration, boolean allChannels) {
        this.areOfConfiguration = areOfConfiguration;
        this.allChannels = allChannels;
    }

    /**
     * Replaces the users whom the lines describe, and adds them if there are none such: the users of a configuration
     * file. Nobody has authenticated yet.
     *
     * @return every fault in the lines; empty if there is none, and the users are in force
     */
    public static List<String> load(List<UserLine> lines, Users users) {
        UserLines read = new UserLines(true, users.givesAllChannels());
        lines.forEach(read::read);
        if (read.faults.isEmpty() && !lines.isEmpty()) {
            NavigableMap<String, AclUser> all = new TreeMap<>();
            users.all().forEach(each -> all.put(each.name(), each.rules()));
            all.putAll(read.users);
            users.replace(all);
        }
        return read.faults;
    }

    /** Reads lines into a map of all users; the faults that it finds are added to a list. */
    static NavigableMap<String, AclUser> read(List<UserLine> lines, boolean allChannels, List<String> faults) {
        UserLines read = new UserLines(false, allChannels);
        lines.forEach(read::read);
        faults.addAll(read.faults);
        return read.users;
    }

    private void read(UserLine line) {
        List<String> words = line.words();
        if (words.size() < 2 || !isUser(words.get(0))) {
            faults.add(line.place() + " should start with user keyword followed by the username. ");
            return;
        }
        String name = words.get(1);
        if (AclSelector.hasSpaces(name)) {
            faults.add("'" + line.place() + ": username '" + name + "' contains invalid characters. ");
            return;
        }
        if (users.containsKey(name)) {
            faults.add("WARNING: Duplicate user '" + name + "' found on line "
                    + line.place().substring(line.place().lastIndexOf(':') + 1) + ". ");
            return;
        }
        List<String> rules = AclRules.merged(words.subList(2, words.size()));
        if (rules == null) {
            users.put(name, AclUser.created(allChannels));
            faults.add(line.place() + ": Unmatched parenthesis in selector definition.");
            return;
        }
        users.put(name, user(line.place(), base(name), rules));
    }

    private boolean isUser(String word) {
        return areOfConfiguration ? word.equalsIgnoreCase("user") : word.equals("user");
    }

    private AclUser base(String name) {
        return areOfConfiguration && name.equals(Users.DEFAULT)
                ? AclUser.reset(allChannels)
                : AclUser.created(allChannels);
    }

    /** Applies the rules of one user. Of faults that are not unknown names the first alone is told: it has others. */
    private AclUser user(String place, AclUser base, List<String> words) {
        AclRules rules = new AclRules(base, allChannels);
        boolean isWrong = false;
        for (String word : words) {
            String rule = word.strip();
            try {
                rules.apply(rule);
            } catch (AclFault fault) {
                if (fault.kind() == Kind.UNKNOWN) {
                    faults.add(place + ": Error in applying operation '" + rule + "': " + fault.text() + ". ");
                } else if (!isWrong) {
                    faults.add(place + ": " + fault.text() + ". ");
                    isWrong = true;
                }
            }
        }
        return rules.user();
    }
}
