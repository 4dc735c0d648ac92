package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.bytes.Numbers;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandGuard;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.keyspace.Databases;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * SWAPDB: gives each of two databases the keys of the other.
 *
 * <p>In Redis the databases change their numbers. Here a key's database is part of its place in the log, in the table
 * and in every file, so that the keys themselves are moved: both databases are emptied, and each key is written anew.
 * This is one transaction, which holds all their values, so that it is refused where they are more than a transaction
 * may hold.
 */
final class DatabaseSwap {
    private DatabaseSwap() {}

    /** Key with its value and its deadline, while it belongs to no database. */
    private record Item(Slice key, RMDataStructure value, long deadline) {}

    static Slice swapdb(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        int first = index(parameters.get(0), "first");
        int second = index(parameters.get(1), "second");
        Databases.checkIndex(first);
        Databases.checkIndex(second);
        if (first != second) {
            swap(engine.databases().database(first), engine.databases().database(second), engine.guard());
        }
        return Response.OK;
    }

    private static int index(Slice word, String which) {
        OptionalLong number = Numbers.parseAny(RawBytes.of(word));
        if (number.isEmpty() || number.getAsLong() != (int) number.getAsLong()) {
            throw new ArgumentException("ERR invalid " + which + " DB index");
        }
        return (int) number.getAsLong();
    }

    private static void swap(Database first, Database second, CommandGuard guard) {
        List<Slice> firstKeys = keys(first);
        List<Slice> secondKeys = keys(second);
        guard.requireWritable(guard.weightOf(firstKeys, first) + guard.weightOf(secondKeys, second), first);
        List<Item> ofFirst = items(first, firstKeys);
        List<Item> ofSecond = items(second, secondKeys);
        first.clear();
        second.clear();
        store(first, ofSecond);
        store(second, ofFirst);
    }

    private static List<Slice> keys(Database database) {
        List<Slice> keys = new ArrayList<>();
        database.forEachLiveKey(keys::add);
        return keys;
    }

    /**
     * Reads keys with copies of their values: a snapshot that is being taken keeps the values of a database that is
     * emptied, and they must not change under it. A hash whose fields have all expired meanwhile is left out.
     */
    private static List<Item> items(Database database, List<Slice> keys) {
        List<Item> items = new ArrayList<>(keys.size());
        for (Slice key : keys) {
            Long deadline = database.getDeadline(key);
            RMDataStructure value = database.getValue(key);
            if (deadline != null && value != null) {
                items.add(new Item(key, Values.copy(value), deadline));
            }
        }
        return items;
    }

    private static void store(Database database, List<Item> items) {
        for (Item item : items) {
            database.putValue(item.key(), item.value());
            if (item.deadline() != Entry.NO_DEADLINE) {
                database.setDeadline(item.key(), item.deadline());
            }
        }
    }
}
