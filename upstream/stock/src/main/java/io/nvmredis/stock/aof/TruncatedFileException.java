package io.nvmredis.stock.aof;

/** A file ends in the middle of something. Not a fault where a crash may have left it so. */
final class TruncatedFileException extends Exception {
    private static final long serialVersionUID = 1L;

    TruncatedFileException(String message) {
        super(message);
    }
}
