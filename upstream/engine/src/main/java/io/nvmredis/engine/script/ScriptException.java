package io.nvmredis.engine.script;

/** Thrown for a text that is no valid script. The message is an error in Redis's form. */
public final class ScriptException extends Exception {
    private static final long serialVersionUID = 1;

    public ScriptException(String message) {
        super(message, null, false, false);
    }

    public String error() {
        return String.valueOf(getMessage());
    }
}
