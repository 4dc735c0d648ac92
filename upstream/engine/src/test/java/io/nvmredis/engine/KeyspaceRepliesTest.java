package io.nvmredis.engine;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What Redis replies of deadlines, transactions and watched keys. */
class KeyspaceRepliesTest {
    static List<ReplyCases.Case> cases() {
        return ReplyCases.of("keyspace-replies.txt");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldReplyAsRedisDoes(ReplyCases.Case replies) {
        replies.run();
    }
}
