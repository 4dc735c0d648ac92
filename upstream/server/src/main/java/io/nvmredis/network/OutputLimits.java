package io.nvmredis.network;

import io.nvmredis.spi.support.SettingValues;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Limits of Redis's {@code client-output-buffer-limit}: what may wait for a client before it is disconnected, by the
 * kind of client.
 *
 * @param normal for replies
 * @param replica for the stream of a replica of this server
 * @param pubsub for messages that the client did not ask for just now
 */
public record OutputLimits(Limit normal, Limit replica, Limit pubsub) {
    private static final int WORDS_OF_A_CLASS = 4;
    private static final long MAX_SECONDS = Integer.MAX_VALUE;

    /**
     * Limit of one kind of client.
     *
     * @param hardBytes bytes beyond which a client is disconnected at once; 0: never
     * @param softBytes bytes beyond which a client is disconnected after {@code softSeconds}; 0: never
     */
    record Limit(long hardBytes, long softBytes, long softSeconds) {
        boolean isBrokenBy(long bytes) {
            return hardBytes > 0 && bytes > hardBytes;
        }

        boolean isStrainedBy(long bytes) {
            return softBytes > 0 && bytes > softBytes;
        }

        @Override
        public String toString() {
            return hardBytes + " " + softBytes + " " + softSeconds;
        }
    }

    /** Returns Redis's defaults with a limit on replies, which Redis does not have. */
    public static OutputLimits withNormal(long hardBytes) {
        return new OutputLimits(
                new Limit(hardBytes, 0, 0), new Limit(256L << 20, 64L << 20, 60), new Limit(32L << 20, 8L << 20, 60));
    }

    /**
     * Returns these limits with one or several replaced by the limits in the text, such as {@code pubsub 32mb 8mb 60}.
     *
     * @throws IllegalArgumentException in Redis's words
     */
    public OutputLimits with(String text) {
        String[] words = text.strip().split("\\s+");
        if (words.length % WORDS_OF_A_CLASS != 0) {
            throw new IllegalArgumentException("Wrong number of arguments in buffer limit configuration.");
        }
        OutputLimits result = this;
        for (int i = 0; i < words.length; i += WORDS_OF_A_CLASS) {
            result = result.with(words[i].toLowerCase(Locale.ROOT), limit(words, i + 1));
        }
        return result;
    }

    private static Limit limit(String[] words, int at) {
        OptionalLong hard = SettingValues.size(words[at]);
        OptionalLong soft = SettingValues.size(words[at + 1]);
        boolean isTime = words[at + 2].matches("\\d{1,18}") && Long.parseLong(words[at + 2]) <= MAX_SECONDS;
        if (hard.isEmpty() || soft.isEmpty() || !isTime) {
            throw new IllegalArgumentException(
                    "Error in hard, soft or soft_seconds setting in buffer limit configuration.");
        }
        return new Limit(hard.getAsLong(), soft.getAsLong(), Long.parseLong(words[at + 2]));
    }

    private OutputLimits with(String kind, Limit limit) {
        return switch (kind) {
            case "normal" -> new OutputLimits(limit, replica, pubsub);
            case "slave", "replica" -> new OutputLimits(normal, limit, pubsub);
            case "pubsub" -> new OutputLimits(normal, replica, limit);
            default -> throw new IllegalArgumentException("Unrecognized client class in buffer limit configuration.");
        };
    }

    /** Returns the limits as {@code CONFIG GET} shows them. */
    @Override
    public String toString() {
        return "normal " + normal + " slave " + replica + " pubsub " + pubsub;
    }
}
