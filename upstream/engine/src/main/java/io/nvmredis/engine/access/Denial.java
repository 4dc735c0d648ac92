package io.nvmredis.engine.access;

import io.nvmredis.engine.bytes.Words;
import java.util.List;

/**
 * Why a user may not run a command, with Redis's texts.
 *
 * @param command full name of the command
 * @param position of the word that is the key or the channel; of no meaning for a command
 */
public record Denial(Reason reason, String command, int position) {

    /** What the user may not do. The order decides which of several reasons is told: the last one. */
    public enum Reason {
        COMMAND("can't run this command or subcommand", "no permission to execute the command or subcommand"),
        KEY(
                "can't access at least one of the keys mentioned in the command arguments",
                "no permission to touch the specified keys"),
        CHANNEL(
                "can't publish to the channel mentioned in the command",
                "no permission to access one of the channels used as arguments");

        private final String inScript;
        private final String inExec;

        Reason(String inScript, String inExec) {
            this.inScript = inScript;
            this.inExec = inExec;
        }
    }

    /** Returns the error for a client that has sent the command. */
    public String error() {
        return switch (reason) {
            case COMMAND -> "NOPERM this user has no permissions to run the '" + command + "' command";
            case KEY -> "NOPERM this user has no permissions to access one of the keys used as arguments";
            case CHANNEL -> "NOPERM this user has no permissions to access one of the channels used as arguments";
        };
    }

    /** Returns the error for a command of a transaction that was allowed when it was queued. */
    public String errorInExec() {
        return "NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This"
                + " command is no longer allowed for the following reason: " + reason.inExec;
    }

    /** Returns the error for a script that has called the command. */
    public String errorInScript() {
        return "ERR The user executing the script " + reason.inScript;
    }

    /** Returns what {@code ACL DRYRUN} tells, in which a word has one character per byte. */
    public String dryRunText(List<byte[]> words) {
        return "This user has no permissions to "
                + switch (reason) {
                    case COMMAND -> "run the '" + command + "' command";
                    case KEY -> "access the '" + object(words) + "' key";
                    case CHANNEL -> "access the '" + object(words) + "' channel";
                };
    }

    /** Returns the command, the key or the channel, with one character per byte. */
    String object(List<byte[]> words) {
        return reason == Reason.COMMAND ? command : Words.text(words.get(position));
    }
}
