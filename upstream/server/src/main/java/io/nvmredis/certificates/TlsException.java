package io.nvmredis.certificates;

/** Error of a certificate, a key or a setting of TLS; its message is for the user and shows no secret. */
public final class TlsException extends Exception {
    private static final long serialVersionUID = 1;

    public TlsException(String message) {
        super(message);
    }

    public TlsException(String message, Throwable cause) {
        super(message, cause);
    }
}
