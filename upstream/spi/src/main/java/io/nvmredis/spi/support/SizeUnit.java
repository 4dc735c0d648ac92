package io.nvmredis.spi.support;

/** The units of sizes as Redis spells them: {@code k} is 1000 and {@code kb} 1024. */
public final class SizeUnit {
    private SizeUnit() {}

    /** Bytes of a unit in lower case, {@code b} to {@code gb}; 1 of every other word. */
    public static long bytes(String unit) {
        return switch (unit) {
            case "k" -> 1_000;
            case "kb" -> 1 << 10;
            case "m" -> 1_000_000;
            case "mb" -> 1 << 20;
            case "g" -> 1_000_000_000;
            case "gb" -> 1 << 30;
            default -> 1;
        };
    }
}
