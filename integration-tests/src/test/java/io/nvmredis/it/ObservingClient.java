package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.RespClient;
import java.io.IOException;
import java.util.List;
import java.util.Random;

/**
 * Reads what others write and remembers it: what anybody has been shown must be there after a crash, even if the one
 * who wrote it never got an answer.
 */
final class ObservingClient {
    private final Random random;
    /** The highest value seen of each writer's counter. */
    private final long[] seen;

    ObservingClient(int writerCount, long seed) {
        this.seen = new long[writerCount];
        this.random = new Random(seed);
    }

    /** Reads until the server is gone. */
    void readUntilCut(int port) {
        try (RespClient client = new RespClient(port)) {
            while (true) {
                int writer = random.nextInt(seen.length);
                Object counter = client.call("GET", WritingClient.counterOf(writer));
                seen[writer] = Math.max(seen[writer], number(counter));
                assertPairWhole(client, writer);
            }
        } catch (IOException e) {
            // The server has been killed; what was seen before counts.
        }
    }

    /** The counters are at least where they were seen. */
    void verify(RespClient server) throws IOException {
        for (int writer = 0; writer < seen.length; writer++) {
            assertThat(number(server.call("GET", WritingClient.counterOf(writer))))
                    .as("the counter of client %d, which a reader was shown at %d", writer, seen[writer])
                    .isGreaterThanOrEqualTo(seen[writer]);
        }
    }

    private static void assertPairWhole(RespClient client, int writer) throws IOException {
        String[] pair = WritingClient.pairOf(writer);
        List<?> values = (List<?>) client.call("MGET", pair[0], pair[1]);
        assertThat(values.get(0))
                .as("two keys that client %d only writes together", writer)
                .isEqualTo(values.get(1));
    }

    private static long number(Object reply) {
        return reply == null ? 0 : Long.parseLong((String) reply);
    }
}
