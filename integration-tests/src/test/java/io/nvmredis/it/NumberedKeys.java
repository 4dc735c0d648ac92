package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.RespClient;
import java.io.IOException;

/** Keys with numbers, and a value of its own for each, all of one length. */
record NumberedKeys(int valueLength) {
    static String key(int index) {
        return "key:" + index;
    }

    String value(int index) {
        return (index + ".").repeat(valueLength).substring(0, valueLength);
    }

    /** Of the first so many keys. */
    void assertReadable(RespClient client, int count) throws IOException {
        assertReadable(client, 0, count);
    }

    /** Of the keys from one index up to another, which is not among them. */
    void assertReadable(RespClient client, int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            assertThat(client.call("GET", key(i))).as(key(i)).isEqualTo(value(i));
        }
    }
}
