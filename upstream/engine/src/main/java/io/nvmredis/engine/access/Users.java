package io.nvmredis.engine.access;

import io.nvmredis.engine.bytes.Words;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The users by their names, one of which is always {@code default}: clients are this user until they authenticate.
 *
 * <p>Any thread may read; the map is replaced as a whole. Changes are guarded by this object; whoever is to be told of
 * them is told while it is held, and takes no lock but those of sessions.
 */
public final class Users {
    /** Name of the user that there always is. */
    public static final String DEFAULT = "default";

    /** Most bytes that names and rules of all users may take: a client that may make users cannot fill the memory. */
    static final int MAX_BYTES = 16 << 20;
    /** Bytes that a user takes beside its name and rules. */
    private static final int USER_BYTES = 1 << 10;
    /** Longest part of a rule that an error shows. */
    private static final int SHOWN_LENGTH = 1 << 10;

    private static final String TOO_MUCH =
            "the rules of all users would take more than " + MAX_BYTES + " bytes, which is as much as they may";

    private final User defaultUser = new User(DEFAULT, AclUser.unrestricted());

    private volatile NavigableMap<String, User> users = new TreeMap<>(Collections.singletonMap(DEFAULT, defaultUser));
    private volatile boolean newHaveAllChannels;
    private volatile Runnable onChange = () -> {};

    /**
     * Says what is to be called after each change. It is called on the thread that makes the change.
     */
    public void onChange(Runnable action) {
        onChange = action;
    }

    /** Sets whether users and selectors that are made from now on may use all channels ({@code acl-pubsub-default}). */
    public void giveAllChannels(boolean isGiven) {
        newHaveAllChannels = isGiven;
    }

    boolean givesAllChannels() {
        return newHaveAllChannels;
    }

    /** Tells whether a word cannot be the name of a user. */
    public static boolean hasSpaces(String name) {
        return AclSelector.hasSpaces(name);
    }

    /** Returns the categories of commands, in Redis's order. */
    public static List<String> categories() {
        return RuledCommands.CATEGORIES;
    }

    public User defaultUser() {
        return defaultUser;
    }

    /** Returns the user of this name; null if there is none. */
    public @Nullable User find(String name) {
        return users.get(name);
    }

    /** Returns the users in the order of their names. */
    public Collection<User> all() {
        return Collections.unmodifiableCollection(users.values());
    }

    /** Returns the rules of all users as lines of a file. */
    public List<String> lines() {
        return all().stream().map(User::line).toList();
    }

    /** Tells whether a client has to authenticate before it does anything else. */
    public boolean mustAuthenticate() {
        AclUser rules = defaultUser.rules();
        return !rules.isOn() || !rules.needsNoPassword();
    }

    /** Tells whether the user {@code default} is not asked for a password. */
    public boolean defaultNeedsNoPassword() {
        return defaultUser.rules().needsNoPassword();
    }

    /**
     * Returns the user who has this name and this password; null if there is none, or if it is off. It takes as long
     * whatever is wrong.
     */
    public @Nullable User authenticate(String name, byte[] password) {
        User user = find(name);
        AclUser rules = user == null ? null : user.rules();
        boolean isRight = Passwords.contain(rules == null ? List.of() : rules.passwords(), password);
        return rules != null && rules.isOn() && (isRight || rules.needsNoPassword()) ? user : null;
    }

    /** Makes this password the only one of the user {@code default}; "" for none. It is text in UTF-8. */
    public synchronized void setDefaultPassword(byte[] password) {
        AclRules rules = new AclRules(defaultUser.rules(), newHaveAllChannels);
        try {
            rules.apply(password.length == 0 ? "nopass" : "resetpass");
            if (password.length > 0) {
                rules.apply(">" + Words.text(password));
            }
        } catch (AclFault e) {
            throw new IllegalStateException("these rules are always right", e);
        }
        defaultUser.replaceRules(rules.user());
        onChange.run();
    }

    /**
     * Applies rules to a user, who is made if there is no such user: all of them or none.
     *
     * @return the error of Redis, without its code; null if there is none
     */
    public synchronized @Nullable String set(String name, List<String> rules) {
        List<String> merged = AclRules.merged(rules);
        if (merged == null) {
            return "Unmatched parenthesis in acl selector starting at '" + shown(AclRules.opening(rules)) + "'.";
        }
        User user = find(name);
        AclRules changed =
                new AclRules(user == null ? AclUser.created(newHaveAllChannels) : user.rules(), newHaveAllChannels);
        for (String rule : merged) {
            try {
                changed.apply(rule);
            } catch (AclFault fault) {
                return "Error in ACL SETUSER modifier '" + shown(rule) + "': " + fault.text();
            }
        }
        User made = new User(name, changed.user());
        NavigableMap<String, User> all = new TreeMap<>(users);
        all.put(name, made);
        if (bytesOf(all.values()) > MAX_BYTES) {
            return TOO_MUCH;
        }
        if (user == null) {
            users = all;
        } else {
            user.replaceRules(made.rules());
        }
        onChange.run();
        return null;
    }

    private static String shown(String rule) {
        return rule.length() <= SHOWN_LENGTH ? rule : rule.substring(0, SHOWN_LENGTH);
    }

    static long bytesOf(Collection<User> users) {
        return users.stream()
                .mapToLong(
                        each -> USER_BYTES + each.name().length() + each.rules().bytes())
                .sum();
    }

    /** Removes the users of these names but {@code default}, and returns those that there were. */
    public synchronized List<User> remove(Collection<String> names) {
        NavigableMap<String, User> left = new TreeMap<>(users);
        List<User> removed = new ArrayList<>();
        for (String name : names) {
            User user = name.equals(DEFAULT) ? null : left.remove(name);
            if (user != null) {
                removed.add(user);
            }
        }
        users = left;
        removed.forEach(User::remove);
        onChange.run();
        return removed;
    }

    /**
     * Replaces all users. The user {@code default} stays the same object, and has the rules that it begins with if
     * there are none for it. All others are new ones, and those that were before are removed, even if they have the
     * same name.
     */
    synchronized List<User> replace(NavigableMap<String, AclUser> rules) {
        NavigableMap<String, User> replaced = new TreeMap<>();
        rules.forEach((name, each) -> replaced.put(name, new User(name, each)));
        replaced.put(DEFAULT, defaultUser);
        AclUser ofDefault = rules.get(DEFAULT);
        defaultUser.replaceRules(ofDefault == null ? AclUser.unrestricted() : ofDefault);
        List<User> removed =
                users.values().stream().filter(each -> each != defaultUser).toList();
        users = replaced;
        removed.forEach(User::remove);
        onChange.run();
        return removed;
    }
}
