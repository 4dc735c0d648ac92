package io.nvmredis.engine.context;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The access rules: the password, if there is one, and actions that are closed to clients even if they have the
 * password.
 *
 * <p>Passwords are compared by their SHA-256, so that the time that a comparison takes reveals neither the length of
 * the right password nor how much of it was guessed. There is one user, {@code default}, as in a Redis that has no
 * other. Any thread may use it.
 */
public final class Access {
    /** Clients to which something dangerous is open, as in Redis's {@code enable-debug-command}. */
    public enum Openness {
        NO,
        YES,
        /** Open to clients of this machine alone. */
        LOCAL;

        boolean admits(boolean isLocal) {
            return this == YES || (this == LOCAL && isLocal);
        }
    }

    /** Name of the one user. */
    public static final String USER = "default";

    private static final String WRONG = "WRONGPASS invalid username-password pair or user is disabled.";
    private static final String NO_PASSWORD =
            "ERR AUTH <password> called without any password configured for the default"
                    + " user. Are you sure your configuration is correct?";

    /** Access rules that allow everything to every client. */
    static final Access OPEN = new Access("", false, Openness.YES, Openness.YES);

    private final Openness debug;
    private final Openness protectedSettings;
    /** Whether clients of other machines are turned away while there is no password. */
    private volatile boolean protectedMode;

    /** SHA-256 of the password; null if there is none. */
    private volatile byte @Nullable [] passwordDigest;

    /**
     * Creates the rules that hold when the server starts.
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

    /** Sets the password of sessions to come, empty for none. Open sessions stay as they are, as in Redis. */
    public void setPassword(String password) {
        passwordDigest = password.isEmpty() ? null : digest(password.getBytes(StandardCharsets.UTF_8));
    }

    /** Sets whether clients of other machines that connect from now on are turned away while there is no password. */
    public void setProtectedMode(boolean isOn) {
        protectedMode = isOn;
    }

    /** Tells whether only clients of this machine may connect. */
    public boolean isForThisMachineAlone() {
        return protectedMode && !hasPassword();
    }

    /** Returns the SHA-256 of the password in hexadecimal digits; "" if there is no password. */
    public String passwordHash() {
        byte[] right = passwordDigest;
        return right == null ? "" : HexFormat.of().formatHex(right);
    }

    /** Tells whether there is a password. */
    public boolean hasPassword() {
        return passwordDigest != null;
    }

    public boolean admitsDebug(boolean isLocal) {
        return debug.admits(isLocal);
    }

    public boolean admitsProtectedSettings(boolean isLocal) {
        return protectedSettings.admits(isLocal);
    }

    /** Returns why {@code AUTH password} is refused, or null. */
    public @Nullable String refusal(byte[] password) {
        return hasPassword() ? refusal(USER.getBytes(StandardCharsets.US_ASCII), password) : NO_PASSWORD;
    }

    /** Returns why a user is refused, or null. Where there is no password every password is right, as in Redis. */
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
