package io.nvmredis.rdb;

import static io.nvmredis.rdb.MemoryDataSet.bytes;

import io.nvmredis.rdb.MemoryDataSet.Consumer;
import io.nvmredis.rdb.MemoryDataSet.Delivery;
import io.nvmredis.rdb.MemoryDataSet.Group;
import io.nvmredis.rdb.MemoryDataSet.StreamId;
import io.nvmredis.rdb.MemoryDataSet.Value;
import io.nvmredis.spi.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.commands.ProtocolCommand;

/** Copies a data set out of a server, and into one, by ordinary commands. */
final class RedisContent {
    /** Jedis has no name for it. */
    private static final ProtocolCommand XSETID = () -> bytes("XSETID");

    private RedisContent() {}

    static MemoryDataSet read(Jedis client) {
        MemoryDataSet data = new MemoryDataSet();
        for (int database : new int[] {0, 9}) {
            client.select(database);
            for (byte[] key : client.keys(bytes("*"))) {
                ValueType type = ValueType.valueOf(client.type(key).toUpperCase(Locale.ROOT));
                Value value = data.put(database, text(key), type);
                read(client, key, value);
                value.deadline = client.pexpireTime(key);
            }
        }
        return data;
    }

    private static void read(Jedis client, byte[] key, Value value) {
        switch (value.type) {
            case STRING -> value.string = text(client.get(key));
            case LIST -> client.lrange(key, 0, -1).forEach(element -> value.list.add(text(element)));
            case SET -> client.smembers(key).forEach(member -> value.map.put(text(member), ""));
            case HASH -> client.hgetAll(key).forEach((field, content) -> value.map.put(text(field), text(content)));
            case ZSET ->
                client.zrangeWithScores(key, 0, -1)
                        .forEach(entry -> value.scores.put(text(entry.getBinaryElement()), entry.getScore()));
            case STREAM -> readStream(client, key, value);
        }
    }

    private static void readStream(Jedis client, byte[] key, Value value) {
        List<?> entries = (List<?>) client.sendCommand(Protocol.Command.XRANGE, key, bytes("-"), bytes("+"));
        for (Object entry : entries) {
            List<?> parts = (List<?>) entry;
            List<String> fields = new ArrayList<>();
            ((List<?>) parts.get(1)).forEach(field -> fields.add(text((byte[]) field)));
            value.entries.put(StreamId.parse(text((byte[]) parts.get(0))), fields);
        }
        Map<String, Object> info = map(client.sendCommand(
                Protocol.Command.XINFO, bytes("STREAM"), key, bytes("FULL"), bytes("COUNT"), bytes("0")));
        value.lastId = id(info.get("last-generated-id"));
        value.maxDeletedId = id(info.get("max-deleted-entry-id"));
        value.lostEntries = (Long) info.get("entries-added") - value.entries.size();
        for (Object each : (List<?>) info.get("groups")) {
            Map<String, Object> group = map(each);
            value.groups.put(text((byte[]) group.get("name")), readGroup(group));
        }
    }

    private static Group readGroup(Map<String, Object> group) {
        TreeMap<String, Consumer> consumers = new TreeMap<>();
        for (Object each : (List<?>) group.get("consumers")) {
            Map<String, Object> consumer = map(each);
            TreeMap<StreamId, Delivery> pending = new TreeMap<>();
            for (Object entry : (List<?>) consumer.get("pending")) {
                List<?> parts = (List<?>) entry;
                pending.put(id(parts.get(0)), new Delivery((Long) parts.get(1), (Long) parts.get(2)));
            }
            consumers.put(text((byte[]) consumer.get("name")), new Consumer((Long) consumer.get("seen-time"), pending));
        }
        Object read = group.get("entries-read");
        return new Group(id(group.get("last-delivered-id")), read == null ? -1 : (Long) read, consumers);
    }

    private static StreamId id(Object word) {
        return StreamId.parse(text((byte[]) word));
    }

    /** Names and values, alternating. */
    private static Map<String, Object> map(Object reply) {
        Map<String, Object> map = new HashMap<>();
        List<?> words = (List<?>) reply;
        for (int i = 0; i < words.size(); i += 2) {
            map.put(text((byte[]) words.get(i)), words.get(i + 1));
        }
        return map;
    }

    static void write(MemoryDataSet data, Jedis client) {
        data.content().forEach((database, keys) -> {
            client.select(database);
            keys.forEach((key, value) -> {
                write(bytes(key), value, client);
                if (value.deadline != io.nvmredis.spi.ValueVisitor.NO_DEADLINE) {
                    client.pexpireAt(bytes(key), value.deadline);
                }
            });
        });
    }

    private static void write(byte[] key, Value value, Jedis client) {
        switch (value.type) {
            case STRING -> client.set(key, bytes(value.string));
            case LIST -> value.list.forEach(element -> client.rpush(key, bytes(element)));
            case SET -> value.map.keySet().forEach(member -> client.sadd(key, bytes(member)));
            case HASH -> value.map.forEach((field, content) -> client.hset(key, bytes(field), bytes(content)));
            case ZSET -> value.scores.forEach((member, score) -> client.zadd(key, score, bytes(member)));
            case STREAM -> writeStream(key, value, client);
        }
    }

    private static void writeStream(byte[] key, Value value, Jedis client) {
        value.entries.forEach((id, fields) -> {
            List<byte[]> arguments = new ArrayList<>(List.of(key, bytes(text(id))));
            fields.forEach(field -> arguments.add(bytes(field)));
            client.sendCommand(Protocol.Command.XADD, arguments.toArray(byte[][]::new));
        });
        if (value.entries.isEmpty()) {
            client.sendCommand(
                    Protocol.Command.XADD, key, bytes("MAXLEN"), bytes("0"), bytes("0-1"), bytes("x"), bytes("x"));
        }
        client.sendCommand(
                XSETID,
                key,
                bytes(text(value.lastId)),
                bytes("ENTRIESADDED"),
                bytes(Long.toString(value.entries.size() + value.lostEntries)),
                bytes("MAXDELETEDID"),
                bytes(text(value.maxDeletedId)));
        value.groups.forEach((name, group) -> writeGroup(key, bytes(name), group, client));
    }

    private static void writeGroup(byte[] key, byte[] name, Group group, Jedis client) {
        client.sendCommand(
                Protocol.Command.XGROUP,
                bytes("CREATE"),
                key,
                name,
                bytes(text(group.lastId())),
                bytes("ENTRIESREAD"),
                bytes(Long.toString(group.entriesRead())));
        group.consumers().forEach((consumer, content) -> {
            client.sendCommand(Protocol.Command.XGROUP, bytes("CREATECONSUMER"), key, name, bytes(consumer));
            content.pending()
                    .forEach((id, delivery) -> client.sendCommand(
                            Protocol.Command.XCLAIM,
                            key,
                            name,
                            bytes(consumer),
                            bytes("0"),
                            bytes(text(id)),
                            bytes("TIME"),
                            bytes(Long.toString(delivery.millis())),
                            bytes("RETRYCOUNT"),
                            bytes(Long.toString(delivery.count())),
                            bytes("FORCE")));
        });
    }

    private static String text(StreamId id) {
        return Long.toUnsignedString(id.millis()) + "-" + Long.toUnsignedString(id.sequence());
    }

    private static String text(byte[] bytes) {
        return MemoryDataSet.text(bytes);
    }
}
