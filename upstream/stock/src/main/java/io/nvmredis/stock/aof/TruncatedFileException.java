package io.nvmredis.stock.aof;

/**
 * Thrown where a file ends within a command or transaction. This is no fault where a crash may have left the file so.
 */
final class TruncatedFileException extends Exception {
    private static final long serialVersionUID = 1L;

    TruncatedFileException(String message) {
        super(message);
    }
}
