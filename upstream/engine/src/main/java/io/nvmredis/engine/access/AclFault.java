package io.nvmredis.engine.access;

/** Reason why rules are refused, with Redis's text. */
final class AclFault extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong with a rule. */
    enum Kind {
        UNKNOWN("Unknown command or category name in ACL"),
        SYNTAX("Syntax error"),
        ALL_KEYS(
                "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect."
                        + " Try 'resetkeys' to start with an empty list of patterns"),
        ALL_CHANNELS(
                "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any"
                        + " effect. Try 'resetchannels' to start with an empty list of channels"),
        NO_SUCH_PASSWORD("The password you are trying to remove from the user does not exist"),
        BAD_HASH("The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters"),
        WORD_OF_SUBCOMMAND("Allowing first-arg of a subcommand is not supported"),
        DUPLICATE("Duplicate user found. A user can only be defined once in config files");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    private final Kind kind;

    AclFault(Kind kind) {
        super(kind.text);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    String text() {
        return kind.text;
    }
}
