package io.nvmredis.engine.script;

/** A text is no script. The message is an error of Redis's. */
public final class ScriptException extends Exception {
    private static final long serialVersionUID = 1;

    public ScriptException(String message) {
        super(message, null, false, false);
    }

    public String error() {
        return String.valueOf(getMessage());
    }
}
