package io.nvmredis.engine.hyperloglog;

/** Says that a HyperLogLog's runs do not make 16384 registers; with the words in which Redis says it. */
public final class CorruptedException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    CorruptedException() {
        super("INVALIDOBJ Corrupted HLL object detected");
    }
}
