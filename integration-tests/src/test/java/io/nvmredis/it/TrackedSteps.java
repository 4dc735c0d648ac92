package io.nvmredis.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random steps of {@link TrackedClients}: of the seven, 0 and 1 track what they read, 2 has the messages sent to 3, 4 and 5
 * are told of prefixes, and 6 only works. Messages go to no client that changes keys itself: where Redis writes such a message into
 * the midst of that client's own command, it depends on the command whether the reply comes before it.
 */
final class TrackedSteps {
    private static final int[] WORKERS = {0, 1, 2, 4, 5, 6};
    private static final String[] KEYS = {"a", "b", "c", "d", "aa", "ab"};

    /** {k} stands for a key, {n} for a small number. */
    private static final String[] COMMANDS = """
            GET {k}|GET {k}|GET {k}|MGET {k} {k} {k}|EXISTS {k} {k}|LRANGE {k} 0 -1|HGETALL {k}|SCARD {k}|ZRANGE {k} 0 -1
            TYPE {k}|TTL {k}|SINTERCARD 2 {k} {k}|ZUNION 2 {k} {k}|XRANGE {k} - +|XREAD STREAMS {k} 0|STRLEN {k}
            SORT_RO {k} ALPHA|LCS {k} {k}|XINFO STREAM {k}|TOUCH {k} {k}|DBSIZE|BITCOUNT {k}|PFCOUNT {k}|GETRANGE {k} 0 1
            HGET {k} f|ZSCORE {k} x|SISMEMBER {k} x|XLEN {k}
            SET {k} {n}|SET {k} 1|SET {k} 1 NX|SET {k} 1 XX KEEPTTL|SET {k} 1 GET|MSET {k} 1 {k} 2|MSETNX {k} 1 {k} 2
            APPEND {k} x|INCR {k}|INCRBY {k} 0|SETRANGE {k} 2 x|GETDEL {k}|GETSET {k} v|GETEX {k} EX 100|GETEX {k}
            GETEX {k} PERSIST|SETBIT {k} 3 1|BITFIELD {k} SET u8 0 5|BITFIELD {k} GET u8 0|BITOP OR {k} {k} {k}
            DEL {k} {k}|UNLINK {k}|RENAME {k} {k}|RENAMENX {k} {k}|COPY {k} {k}|COPY {k} {k} REPLACE|COPY {k} {k} DB 1 REPLACE
            MOVE {k} 1|EXPIRE {k} 100|EXPIRE {k} -1|EXPIRE {k} 50 GT|PERSIST {k}
            RPUSH {k} x y|LPUSHX {k} x|LPOP {k}|RPOP {k} 2|LREM {k} 0 y|LSET {k} 0 z|LTRIM {k} 0 1|LINSERT {k} BEFORE x n
            LMOVE {k} {k} LEFT RIGHT|LMPOP 2 {k} {k} LEFT|HSET {k} f {n}|HSETNX {k} f 1|HDEL {k} f|HINCRBY {k} f 1
            SADD {k} x {n}|SREM {k} x|SMOVE {k} {k} x|SUNIONSTORE {k} {k} {k}|SINTERSTORE {k} {k} {k}
            ZADD {k} {n} x|ZADD {k} XX 1 q|ZADD {k} GT CH 1 x|ZINCRBY {k} 1 x|ZREM {k} x|ZPOPMIN {k}|ZUNIONSTORE {k} 2 {k} {k}
            ZRANGESTORE {k} {k} 0 -1|XADD {k} {n}-1 f v|XDEL {k} 1-1|XTRIM {k} MAXLEN 1|XGROUP CREATE {k} g 0 MKSTREAM
            XGROUP DESTROY {k} g|XGROUP SETID {k} g 0|XGROUP CREATECONSUMER {k} g c1|XACK {k} g 1-1
            XREADGROUP GROUP g c STREAMS {k} >|XSETID {k} 99-1|SORT {k} ALPHA STORE {k}|PFADD {k} x|PFMERGE {k} {k}|FLUSHDB
            EVAL redis.call('get',KEYS[1])return(redis.call('set',KEYS[1],'s')) 1 {k}
            EVAL return(redis.pcall('get',KEYS[1])) 1 {k}|EVAL_RO return(redis.pcall('get',KEYS[2])) 2 {k} {k}
            EVAL redis.call('set',KEYS[1],'s')redis.call('get',KEYS[1])redis.call('del',KEYS[2])return(1) 2 {k} {k}
            """.strip().split("[|\n]");

    private final Random random;
    private final boolean[] inTransaction = new boolean[7];

    TrackedSteps(Random random) {
        this.random = random;
    }

    List<String> make(int count) {
        List<String> steps = new ArrayList<>(List.of("0 CLIENT TRACKING ON"));
        steps.add("1 CLIENT TRACKING ON" + any("", " NOLOOP", " OPTIN", " OPTOUT NOLOOP"));
        steps.add("3 SUBSCRIBE __redis__:invalidate");
        steps.add("2 CLIENT TRACKING ON REDIRECT {3}");
        steps.add("4 CLIENT TRACKING ON BCAST" + any("", " PREFIX a", " PREFIX aa PREFIX ab PREFIX c"));
        steps.add("5 CLIENT TRACKING ON BCAST NOLOOP" + any(" PREFIX a", " PREFIX b", " REDIRECT {3}"));
        for (int i = 0; i < count; i++) {
            int client = WORKERS[random.nextInt(WORKERS.length)];
            steps.add(client + " " + command(client));
        }
        return steps;
    }

    private String any(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private String command(int client) {
        int chance = random.nextInt(100);
        if (inTransaction[client]) {
            if (chance < 30) {
                inTransaction[client] = false;
                return chance < 25 ? "EXEC" : "DISCARD";
            }
        } else if (chance < 8) {
            inTransaction[client] = true;
            return "MULTI";
        } else if (client == 1 && chance < 20) {
            return any("CLIENT CACHING YES", "CLIENT CACHING NO", "CLIENT TRACKING OFF")
                    .replace("OFF", any("OFF", "ON", "ON NOLOOP", "ON OPTIN", "ON OPTOUT", "ON REDIRECT {3}"));
        } else if (chance < 22) {
            return any("SELECT 0", "SELECT 1");
        }
        StringBuilder command = new StringBuilder(COMMANDS[random.nextInt(COMMANDS.length)]);
        if (inTransaction[client] && client == 5 && command.indexOf("EVAL") == 0) {
            // What a script within a transaction changes counts as the client's own change here, and not in Redis.
            return "PING";
        }
        for (int at = command.indexOf("{"); at >= 0; at = command.indexOf("{", at)) {
            command.replace(at, at + 3, command.charAt(at + 1) == 'k' ? any(KEYS) : "" + (1 + random.nextInt(5)));
        }
        return command.toString();
    }
}
