package io.nvmredis.engine.access;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The access rules: the users, the log of what was refused, and actions that are closed to clients whatever their user
 * may do. Any thread may use it.
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

    private final Openness debug;
    private final Openness protectedSettings;
    private final Users users = new Users();
    private final AclLog log = new AclLog();
    private final @Nullable UserFile userFile;
    /** Whether clients of other machines are turned away while there is no password. */
    private volatile boolean protectedMode;

    /**
     * Creates the rules that hold when the server starts.
     *
     * @param password empty for none
     * @param protectedMode whether clients of other machines are turned away while there is no password
     * @param debug to whom {@code DEBUG} is open
     * @param protectedSettings to whom {@code CONFIG SET} of a file's name is open
     * @param userFile what {@code ACL LOAD} loads; null for none
     */
    public Access(
            String password,
            boolean protectedMode,
            Openness debug,
            Openness protectedSettings,
            @Nullable UserFile userFile) {
        this.protectedMode = protectedMode;
        this.debug = debug;
        this.protectedSettings = protectedSettings;
        this.userFile = userFile;
        setPassword(password);
    }

    /** Returns access rules that allow everything to every client. */
    public static Access open() {
        return new Access("", false, Openness.YES, Openness.YES, null);
    }

    public Users users() {
        return users;
    }

    /** Returns what was refused of late. */
    public AclLog log() {
        return log;
    }

    /** Returns the file of users; null if there is none. */
    public @Nullable UserFile userFile() {
        return userFile;
    }

    /** Sets the password of the user {@code default}, empty for none. Open sessions stay as they are, as in Redis. */
    public void setPassword(String password) {
        users.setDefaultPassword(password.getBytes(StandardCharsets.UTF_8));
    }

    /** Sets whether clients of other machines that connect from now on are turned away while there is no password. */
    public void setProtectedMode(boolean isOn) {
        protectedMode = isOn;
    }

    /** Tells whether only clients of this machine may connect. */
    public boolean isForThisMachineAlone() {
        return protectedMode && users.defaultNeedsNoPassword();
    }

    public boolean admitsDebug(boolean isLocal) {
        return debug.admits(isLocal);
    }

    public boolean admitsProtectedSettings(boolean isLocal) {
        return protectedSettings.admits(isLocal);
    }
}
