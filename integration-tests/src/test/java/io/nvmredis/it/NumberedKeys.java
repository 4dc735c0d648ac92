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
        for (int i = 0; i < count; i++) {
            assertThat(client.call("GET", key(i))).as(key(i)).isEqualTo(value(i));
        }
    }
}
