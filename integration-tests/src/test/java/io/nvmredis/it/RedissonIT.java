package io.nvmredis.it;

import io.nvmredis.it.kit.RedissonTests;
import io.nvmredis.it.kit.RunningServer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.redisson.api.RedissonClient;

/** Programs that use Redisson work; much of what it does is Lua scripts. */
class RedissonIT implements RedissonTests {
    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    private static RedissonClient redisson;

    @BeforeAll
    static void connect() {
        redisson = RedissonTests.connect("redis://127.0.0.1:" + SERVER.port());
    }

    @AfterAll
    static void disconnect() {
        if (redisson != null) {
            redisson.shutdown(0, 5, TimeUnit.SECONDS);
        }
    }

    @Override
    public RedissonClient redisson() {
        return redisson;
    }
}
