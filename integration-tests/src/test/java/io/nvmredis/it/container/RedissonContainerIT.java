package io.nvmredis.it.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.kit.RedissonTests;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.redisson.api.RedissonClient;

/** Programs that use Redisson, whose pool it is and whose locks are scripts, do not notice which image serves them. */
@ParameterizedClass(name = "{0}")
@EnumSource(ServerImage.class)
class RedissonContainerIT extends ImageTests implements RedissonTests {
    private RedissonClient redisson;

    @BeforeEach
    void connect() {
        redisson = RedissonTests.connect(uri());
    }

    @AfterEach
    void disconnect() {
        redisson.shutdown(0, 5, TimeUnit.SECONDS);
    }

    @Override
    public RedissonClient redisson() {
        return redisson;
    }

    @Test
    void shouldConnectAgainAfterARestart() {
        redisson.getBucket("before").set("1");
        restart();
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(redisson.getAtomicLong("after").incrementAndGet())
                        .isPositive());
        assertThat(redisson.getBucket("before").get()).isEqualTo(afterRestart("1"));
    }
}
