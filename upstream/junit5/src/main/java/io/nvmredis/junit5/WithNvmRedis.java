package io.nvmredis.junit5;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives tests a server within their JVM, on a free port and with its data in a temporary directory.
 *
 * <pre>{@code
 * @WithNvmRedis(persistence = "aof", settings = "appendfsync=always")
 * class CartTest {
 *     @Test
 *     void shouldRememberTheCart(EmbeddedRedis redis) {
 *         new Shop(redis.uri()).put("book");
 *         redis.restart();
 *         assertThat(new Shop(redis.uri()).cart()).contains("book");
 *     }
 * }
 * }</pre>
 *
 * <p>Parameters of tests and of {@code @BeforeEach} and {@code @AfterEach} methods may be an {@link EmbeddedRedis} or its
 * {@link io.nvmredis.server.NvmRedisServer}; with {@link Lifecycle#PER_CLASS} those of the constructor and of {@code
 * @BeforeAll} and {@code @AfterAll} methods, too. The annotation that is nearest to a test counts: that of its method, of
 * its class, of the classes around that.
 *
 * <p>A server ends, and its directory is deleted, when the test or class for which it was started ends. No two servers share
 * anything, so that tests may run in parallel.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(NvmRedisExtension.class)
public @interface WithNvmRedis {
    /** Tells how data are kept: {@code nvm-aof}, {@code aof}, {@code rdb}, {@code none}, or one of your own. */
    String persistence() default "nvm-aof";

    /** Domain of {@code nvm-aof}, such as {@code emulated}, which is fast; without one the server chooses. */
    String domain() default "";

    /** Memory for data that are on the medium as well, such as {@code 64mb}; without one the server chooses. */
    String dramBudget() default "";

    /** More settings, each {@code name=value}, named as on the command line, without the dashes. */
    String[] settings() default {};

    /**
     * Tells whether each test has a server of its own, or all tests of the class share one, and the keys in it. An
     * annotated method has its own in any case.
     */
    Lifecycle lifecycle() default Lifecycle.PER_METHOD;
}
