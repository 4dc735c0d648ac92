package io.nvmredis.rdb;

/** Formats keys for messages. */
final class Shown {
    private static final int MAX_LENGTH = 64;

    private Shown() {}

    /** Returns a key in quotes, as redis-cli shows it; only the beginning of a long one. */
    static String key(byte[] key) {
        StringBuilder text = new StringBuilder("'");
        for (int i = 0; i < Math.min(key.length, MAX_LENGTH); i++) {
            int character = key[i] & 0xFF;
            if (character < ' ' || character > '~' || character == '\'' || character == '\\') {
                text.append("\\x").append(character < 0x10 ? "0" : "").append(Integer.toHexString(character));
            } else {
                text.append((char) character);
            }
        }
        return text.append(key.length > MAX_LENGTH ? "…'" : "'").toString();
    }
}
