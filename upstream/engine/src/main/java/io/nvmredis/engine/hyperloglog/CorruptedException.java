package io.nvmredis.engine.hyperloglog;

/** Error that the runs of a HyperLogLog do not make up 16384 registers; its message is that of Redis. */
public final class CorruptedException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    CorruptedException() {
        super("INVALIDOBJ Corrupted HLL object detected");
    }
}
