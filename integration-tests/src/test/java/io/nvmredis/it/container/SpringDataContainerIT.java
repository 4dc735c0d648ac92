package io.nvmredis.it.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.annotation.Id;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisHash;
import org.springframework.data.redis.core.RedisOperations;
import org.springframework.data.redis.core.SessionCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.index.Indexed;
import org.springframework.data.redis.core.script.DefaultRedisScript;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;
import org.springframework.data.redis.repository.configuration.EnableRedisRepositories;
import org.springframework.data.repository.CrudRepository;

/** Programs that use Spring Data Redis, its template and its repositories, do not notice which image serves them. */
@ParameterizedClass(name = "{0}")
@EnumSource(ServerImage.class)
class SpringDataContainerIT extends ImageTests {
    @RedisHash("people")
    record Person(@Id String id, String name, @Indexed String city) {}

    interface People extends CrudRepository<Person, String> {
        List<Person> findByCity(String city);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableRedisRepositories(considerNestedRepositories = true, basePackageClasses = SpringDataContainerIT.class)
    static class Application {
        @Bean
        StringRedisTemplate redisTemplate(RedisConnectionFactory factory) {
            return new StringRedisTemplate(factory);
        }

        @Bean
        RedisMessageListenerContainer listeners(RedisConnectionFactory factory) {
            RedisMessageListenerContainer container = new RedisMessageListenerContainer();
            container.setConnectionFactory(factory);
            return container;
        }
    }

    private AnnotationConfigApplicationContext application;
    private StringRedisTemplate template;

    @BeforeEach
    void startApplication() {
        application = new AnnotationConfigApplicationContext();
        application.registerBean(
                LettuceConnectionFactory.class, () -> new LettuceConnectionFactory("127.0.0.1", port()));
        application.register(Application.class);
        application.refresh();
        template = application.getBean(StringRedisTemplate.class);
    }

    @AfterEach
    void stopApplication() {
        application.close();
    }

    @Test
    void shouldServeTheTemplate() {
        template.opsForValue().set("string", "value", Duration.ofSeconds(100));
        assertThat(template.opsForValue().get("string")).isEqualTo("value");
        assertThat(template.getExpire("string")).isBetween(90L, 100L);
        template.opsForHash().putAll("hash", Map.of("f", "1", "g", "2"));
        assertThat(template.opsForHash().entries("hash")).isEqualTo(Map.of("f", "1", "g", "2"));
        assertThat(template.opsForZSet().add("zset", "a", 1.5)).isTrue();
        assertThat(template.opsForZSet().score("zset", "a")).isEqualTo(1.5);
        assertThat(template.opsForSet().add("set", "a", "b")).isEqualTo(2);
        assertThat(template.keys("*set")).containsExactlyInAnyOrder("set", "zset");
    }

    @Test
    void shouldReplyToAPipelineInOrder() {
        List<Object> replies = template.executePipelined(new SessionCallback<>() {
            @Override
            @SuppressWarnings("unchecked")
            public <K, V> Object execute(RedisOperations<K, V> operations) {
                for (int i = 0; i < 1_000; i++) {
                    operations.opsForValue().increment((K) "counter");
                }
                return null;
            }
        });
        assertThat(replies)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 1_000).mapToObj(Long::valueOf).toList());
    }

    @Test
    void shouldRunTransactions() {
        List<Object> replies = template.execute(new SessionCallback<List<Object>>() {
            @Override
            @SuppressWarnings("unchecked")
            public <K, V> List<Object> execute(RedisOperations<K, V> operations) {
                operations.multi();
                operations.opsForValue().increment((K) "a", 41);
                operations.opsForValue().increment((K) "a");
                return operations.exec();
            }
        });
        assertThat(replies).containsExactly(41L, 42L);
    }

    @Test
    void shouldDeliverWhatIsPublished() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        application
                .getBean(RedisMessageListenerContainer.class)
                .addMessageListener(
                        (message, pattern) -> received.add(new String(message.getBody(), UTF_8)),
                        new ChannelTopic("news"));
        await().atMost(Duration.ofSeconds(10)).until(() -> template.convertAndSend("news", "first") == 1);
        assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("first");
    }

    @Test
    void shouldRunScripts() {
        DefaultRedisScript<Long> script =
                new DefaultRedisScript<>("return redis.call('incrby', KEYS[1], ARGV[1])", Long.class);
        assertThat(template.execute(script, List.of("a"), "40")).isEqualTo(40);
        assertThat(template.execute(script, List.of("a"), "2")).isEqualTo(42);
    }

    @Test
    void shouldWakeABlockedPop() throws Exception {
        CompletableFuture<String> popped =
                CompletableFuture.supplyAsync(() -> template.opsForList().leftPop("queue", Duration.ofSeconds(30)));
        template.opsForList().rightPush("queue", "element");
        assertThat(popped.get(30, TimeUnit.SECONDS)).isEqualTo("element");
    }

    @Test
    void shouldServeRepositories() {
        People people = application.getBean(People.class);
        people.saveAll(List.of(
                new Person("1", "Ada", "London"),
                new Person("2", "Blaise", "Paris"),
                new Person("3", "Mary", "London")));
        assertThat(people.count()).isEqualTo(3);
        assertThat(people.findById("2")).contains(new Person("2", "Blaise", "Paris"));
        assertThat(people.findByCity("London")).extracting(Person::name).containsExactlyInAnyOrder("Ada", "Mary");
        people.save(new Person("1", "Ada", "Marylebone"));
        people.deleteById("2");
        assertThat(people.findByCity("London")).extracting(Person::name).containsExactly("Mary");
        assertThat(people.findAll()).extracting(Person::id).containsExactlyInAnyOrder("1", "3");
    }

    @Test
    void shouldConnectAgainAfterARestart() {
        application.getBean(People.class).save(new Person("1", "Ada", "London"));
        restart();
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .untilAsserted(() ->
                        assertThat(template.opsForValue().increment("after")).isPositive());
        assertThat(application
                        .getBean(People.class)
                        .findById("1")
                        .map(Person::name)
                        .orElse(null))
                .isEqualTo(afterRestart("Ada"));
    }
}
