package io.nvmredis.engine.context;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what: the password, if there is one, and what is kept from clients though they have it.
 *
 * <p>Passwords are compared by their SHA-256, so that the time that it takes tells nothing of how long the right one is or
 * how much of it was guessed. There is one user, {@code default}, as in a Redis that has no other. Any thread.
 */
public final class Access {
    /** To whom something dangerous is open, as Redis's {@code enable-debug-command} has it. */
    public enum Openness {
        NO,
        YES,
        /** To clients of this machine alone. */
        LOCAL;

        boolean admits(boolean isLocal) {
            return this == YES || (this == LOCAL && isLocal);
        }
    }

    /** The one user that there is. */
    public static final String USER = "default";

    private static final String WRONG = "WRONGPASS invalid username-password pair or user is disabled.";
    private static final String NO_PASSWORD =
            "ERR AUTH <password> called without any password configured for the default"
                    + " user. Are you sure your configuration is correct?";

    /** Everything, to everybody. */
    static final Access OPEN = new Access("", false, Openness.YES, Openness.YES);

    private final Openness debug;
    private final Openness protectedSettings;
    /** Whether clients of other machines are turned away while there is no password. */
    private volatile boolean protectedMode;

    /** Null if there is none. */
    private volatile byte @Nullable [] passwordDigest;

    /**
     * What holds when the server starts.
     *
     * @param password empty for none
     * @param protectedMode whether clients of other machines are turned away while there is no password
     * @param debug to whom {@code DEBUG} is open
     * @param protectedSettings to whom {@code CONFIG SET} of a file's name is open
     */
    public Access(String password, boolean protectedMode, Openness debug, Openness protectedSettings) {
        this.protectedMode = protectedMode;
        this.debug = debug;
        this.protectedSettings = protectedSettings;
        setPassword(password);
    }

    /** For sessions to come; those that are open stay as they are, as in Redis. Empty for none. */
    public void setPassword(String password) {
        passwordDigest = password.isEmpty() ? null : digest(password.getBytes(StandardCharsets.UTF_8));
    }

    /** Also of those that come from now on. */
    public void setProtectedMode(boolean isOn) {
        protectedMode = isOn;
    }

    /** Whether only clients of this machine may connect. */
    public boolean isForThisMachineAlone() {
        return protectedMode && !hasPassword();
    }

    /** Whether there is a password. */
    public boolean hasPassword() {
        return passwordDigest != null;
    }

    public boolean admitsDebug(boolean isLocal) {
        return debug.admits(isLocal);
    }

    public boolean admitsProtectedSettings(boolean isLocal) {
        return protectedSettings.admits(isLocal);
    }

    /** Why {@code AUTH password} is refused, or null if it is not. */
    public @Nullable String refusal(byte[] password) {
        return hasPassword() ? refusal(USER.getBytes(StandardCharsets.US_ASCII), password) : NO_PASSWORD;
    }

    /** Why a user is refused, or null. Where there is no password any is right, as in Redis. */
    public @Nullable String refusal(byte[] user, byte[] password) {
        byte[] right = passwordDigest;
        boolean isRight = right == null || MessageDigest.isEqual(right, digest(password));
        return isRight && MessageDigest.isEqual(user, USER.getBytes(StandardCharsets.US_ASCII)) ? null : WRONG;
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has it", e);
        }
    }
}
