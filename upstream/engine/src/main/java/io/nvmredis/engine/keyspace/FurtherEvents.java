package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.storage.KeyspaceNotificationOptions;
import com.github.fppt.jedismock.storage.KeyspaceNotificationOptions.EventClass;
import com.github.fppt.jedismock.storage.RedisConfiguration;
import com.github.fppt.jedismock.storage.SubscriptionRegistry;
import io.nvmredis.engine.bytes.RawBytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Keyspace notifications of events that upstream's {@code KeyspaceEvent} does not have, because upstream lacks their
 * commands. They are published as upstream's own, one database's by each object. Guarded by the engine's lock.
 */
public final class FurtherEvents {
    private final RedisConfiguration configuration;
    private final SubscriptionRegistry subscriptions;
    private final int database;

    /** Event, with its class and its name in Redis. */
    public enum Event {
        GEORADIUSSTORE("georadiusstore", EventClass.ZSET),
        GEOSEARCHSTORE("geosearchstore", EventClass.ZSET),
        RESTORE("restore", EventClass.GENERIC),
        SETBIT("setbit", EventClass.STRING),
        XGROUP_CREATE("xgroup-create", EventClass.STREAM),
        XGROUP_CREATECONSUMER("xgroup-createconsumer", EventClass.STREAM),
        XGROUP_DELCONSUMER("xgroup-delconsumer", EventClass.STREAM),
        XGROUP_DESTROY("xgroup-destroy", EventClass.STREAM),
        XGROUP_SETID("xgroup-setid", EventClass.STREAM),
        XSETID("xsetid", EventClass.STREAM);

        private final String text;
        private final EventClass kind;

        Event(String text, EventClass kind) {
            this.text = text;
            this.kind = kind;
        }
    }

    FurtherEvents(RedisConfiguration configuration, SubscriptionRegistry subscriptions, int database) {
        this.configuration = configuration;
        this.subscriptions = subscriptions;
        this.database = database;
    }

    /** Publishes an event of a key, if {@code notify-keyspace-events} asks for it. */
    public void publish(Event event, Slice key) {
        KeyspaceNotificationOptions options = configuration.getKeyspaceNotificationOptions();
        if (!options.isEnabled(event.kind)) {
            return;
        }
        Slice name = Slice.create(event.text);
        if (options.isEnabled(EventClass.KEYSPACE)) {
            subscriptions.publish(channel("__keyspace@", key), name);
        }
        if (options.isEnabled(EventClass.KEYEVENT)) {
            subscriptions.publish(channel("__keyevent@", name), key);
        }
    }

    private Slice channel(String family, Slice subject) {
        ByteArrayOutputStream channel = new ByteArrayOutputStream();
        channel.writeBytes((family + database + "__:").getBytes(StandardCharsets.US_ASCII));
        channel.writeBytes(RawBytes.of(subject));
        return Slice.create(channel.toByteArray());
    }
}
