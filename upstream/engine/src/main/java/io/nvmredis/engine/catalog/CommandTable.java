package io.nvmredis.engine.catalog;

import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Table of all commands, upstream's and ours. A command of upstream's that is missing here is not served, so that no
 * unclassified command can change data.
 */
public final class CommandTable {
    /** Length that no command's name exceeds; a longer word is not looked up. */
    private static final int MAX_NAME_LENGTH = 32;

    private static final Map<String, CommandSpec> COMMANDS = new LinkedHashMap<>();

    static {
        // Columns: name, arity, traits, first key, last key, key step. Traits: w write, r read, b blocking, s script,
        // a admin, y allow-busy, m denyoom, l loading, k keys only, f one field, u unlocked, n no-auth, p protected,
        // c may-replicate, d tells disk errors.
        define("""
                acl -2 al 0 0 0
                append 3 wm 1 1 1
                asking 1 a 0 0 0
                auth -2 alyn 0 0 0
                bgrewriteaof 1 a 0 0 0
                bgsave -1 a 0 0 0
                bitcount -2 r 1 1 1
                bitfield -2 wm 1 1 1
                bitfield_ro -2 r 1 1 1
                bitop -4 wm 2 -1 1
                bitpos -3 r 1 1 1
                blmove 6 wbm 1 2 1
                blmpop -5 wb 0 0 0
                blpop -3 wb 1 -2 1
                brpop -3 wb 1 -2 1
                brpoplpush 4 wbm 1 2 1
                bzmpop -5 wb 0 0 0
                bzpopmax -3 wb 1 -2 1
                bzpopmin -3 wb 1 -2 1
                client -2 al 0 0 0
                cluster -2 a 0 0 0
                command -1 al 0 0 0
                config -2 al 0 0 0
                copy -3 wm 1 2 1
                dbsize 1 r 0 0 0
                debug -2 alup 0 0 0
                decr 2 wm 1 1 1
                decrby 3 wm 1 1 1
                del -2 wk 1 -1 1
                discard 1 ayl 0 0 0
                dump 2 r 1 1 1
                echo 2 al 0 0 0
                eval -3 ws 0 0 0
                eval_ro -3 rs 0 0 0
                evalsha -3 ws 0 0 0
                evalsha_ro -3 rs 0 0 0
                exec 1 al 0 0 0
                exists -2 rk 1 -1 1
                expire -3 wk 1 1 1
                expireat -3 wk 1 1 1
                expiretime 2 rk 1 1 1
                failover -1 a 0 0 0
                fcall -3 ws 0 0 0
                fcall_ro -3 rs 0 0 0
                flushall -1 w 0 0 0
                flushdb -1 w 0 0 0
                function -2 a 0 0 0
                geoadd -5 wm 1 1 1
                geodist -4 r 1 1 1
                geohash -2 r 1 1 1
                geopos -2 r 1 1 1
                georadius -6 wm 1 1 1
                georadius_ro -6 r 1 1 1
                georadiusbymember -5 wm 1 1 1
                georadiusbymember_ro -5 r 1 1 1
                geosearch -7 r 1 1 1
                geosearchstore -8 wm 1 2 1
                get 2 r 1 1 1
                getbit 3 r 1 1 1
                getdel 2 w 1 1 1
                getex -2 w 1 1 1
                getrange 4 r 1 1 1
                getset 3 wm 1 1 1
                hdel -3 w 1 1 1
                hello -1 ayln 0 0 0
                hexists 3 rf 1 1 1
                hexpire -6 wm 1 1 1
                hexpireat -6 wm 1 1 1
                hexpiretime -5 r 1 1 1
                hget 3 rf 1 1 1
                hgetall 2 r 1 1 1
                hincrby 4 wm 1 1 1
                hincrbyfloat 4 wm 1 1 1
                hkeys 2 r 1 1 1
                hlen 2 r 1 1 1
                hmget -3 r 1 1 1
                hmset -4 wm 1 1 1
                hpersist -5 w 1 1 1
                hpexpire -6 wm 1 1 1
                hpexpireat -6 wm 1 1 1
                hpexpiretime -5 r 1 1 1
                hpttl -5 r 1 1 1
                hrandfield -2 r 1 1 1
                hscan -3 r 1 1 1
                hset -4 wm 1 1 1
                hsetnx 4 wm 1 1 1
                hstrlen 3 rf 1 1 1
                httl -5 r 1 1 1
                hvals 2 r 1 1 1
                incr 2 wm 1 1 1
                incrby 3 wm 1 1 1
                incrbyfloat 3 wm 1 1 1
                info -1 al 0 0 0
                keys 2 r 0 0 0
                lastsave 1 al 0 0 0
                latency -2 al 0 0 0
                lcs -3 r 1 2 1
                lindex 3 r 1 1 1
                linsert 5 wm 1 1 1
                llen 2 r 1 1 1
                lmove 5 wm 1 2 1
                lmpop -4 w 0 0 0
                lolwut -1 a 0 0 0
                lpop -2 w 1 1 1
                lpos -3 r 1 1 1
                lpush -3 wm 1 1 1
                lpushx -3 wm 1 1 1
                lrange 4 r 1 1 1
                lrem 4 w 1 1 1
                lset 4 wm 1 1 1
                ltrim 4 w 1 1 1
                memory -2 rk 0 0 0
                mget -2 r 1 -1 1
                module -2 a 0 0 0
                migrate -6 wu 3 3 1
                monitor 1 al 0 0 0
                move 3 w 1 1 1
                mset -3 wmk 1 -1 2
                msetnx -3 wm 1 -1 2
                multi 1 ayl 0 0 0
                object -2 r 0 0 0
                persist 2 wk 1 1 1
                pexpire -3 wk 1 1 1
                pexpireat -3 wk 1 1 1
                pexpiretime 2 rk 1 1 1
                pfadd -2 wm 1 1 1
                pfcount -2 rc 1 -1 1
                pfmerge -2 wm 1 -1 1
                ping -1 ad 0 0 0
                psetex 4 wmk 1 1 1
                psubscribe -2 al 0 0 0
                psync -3 a 0 0 0
                pttl 2 rk 1 1 1
                publish 3 alc 0 0 0
                pubsub -2 al 0 0 0
                punsubscribe -1 al 0 0 0
                quit -1 ayln 0 0 0
                randomkey 1 r 0 0 0
                readonly 1 al 0 0 0
                readwrite 1 al 0 0 0
                rename 3 w 1 2 1
                renamenx 3 w 1 2 1
                replconf -1 aly 0 0 0
                replicaof 3 a 0 0 0
                reset 1 alyn 0 0 0
                role 1 al 0 0 0
                restore -4 wmk 1 1 1
                restore-asking -4 wmk 1 1 1
                rpop -2 w 1 1 1
                rpoplpush 3 wm 1 2 1
                rpush -3 wm 1 1 1
                rpushx -3 wm 1 1 1
                sadd -3 wm 1 1 1
                save 1 au 0 0 0
                scan -2 r 0 0 0
                scard 2 r 1 1 1
                script -2 a 0 0 0
                sdiff -2 r 1 -1 1
                sdiffstore -3 wm 1 -1 1
                select 2 al 0 0 0
                set -3 wmk 1 1 1
                setbit 4 wm 1 1 1
                setex 4 wmk 1 1 1
                setnx 3 wm 1 1 1
                setrange 4 wm 1 1 1
                shutdown -1 aylu 0 0 0
                sinter -2 r 1 -1 1
                sintercard -3 r 0 0 0
                sinterstore -3 wm 1 -1 1
                sismember 3 r 1 1 1
                slaveof 3 a 0 0 0
                slowlog -2 al 0 0 0
                smembers 2 r 1 1 1
                smismember -3 r 1 1 1
                smove 4 w 1 2 1
                sort -2 wm 1 1 1
                sort_ro -2 r 1 1 1
                spop -2 w 1 1 1
                spublish 3 alkc 1 1 1
                srandmember -2 r 1 1 1
                srem -3 w 1 1 1
                sscan -3 r 1 1 1
                ssubscribe -2 alk 1 -1 1
                strlen 2 r 1 1 1
                subscribe -2 al 0 0 0
                substr 4 r 1 1 1
                sunion -2 r 1 -1 1
                sunionstore -3 wm 1 -1 1
                sunsubscribe -1 alk 1 -1 1
                swapdb 3 w 0 0 0
                sync 1 a 0 0 0
                time 1 al 0 0 0
                touch -2 rk 1 -1 1
                ttl 2 rk 1 1 1
                type 2 rk 1 1 1
                unlink -2 wk 1 -1 1
                unsubscribe -1 al 0 0 0
                unwatch 1 ayl 0 0 0
                wait 3 a 0 0 0
                waitaof 4 a 0 0 0
                watch -2 aylk 1 -1 1
                xack -4 w 1 1 1
                xadd -5 wm 1 1 1
                xautoclaim -6 w 1 1 1
                xclaim -6 w 1 1 1
                xdel -3 w 1 1 1
                xgroup -2 w 0 0 0
                xinfo -2 r 0 0 0
                xlen 2 r 1 1 1
                xpending -3 r 1 1 1
                xrange -4 r 1 1 1
                xread -4 rb 0 0 0
                xreadgroup -7 wb 0 0 0
                xrevrange -4 r 1 1 1
                xsetid -3 wm 1 1 1
                xtrim -4 w 1 1 1
                zadd -4 wm 1 1 1
                zcard 2 r 1 1 1
                zcount 4 r 1 1 1
                zdiff -3 r 0 0 0
                zdiffstore -4 wm 1 1 1
                zincrby 4 wm 1 1 1
                zinter -3 r 0 0 0
                zintercard -3 r 0 0 0
                zinterstore -4 wm 1 1 1
                zlexcount 4 r 1 1 1
                zmpop -4 w 0 0 0
                zmscore -3 r 1 1 1
                zpopmax -2 w 1 1 1
                zpopmin -2 w 1 1 1
                zrandmember -2 r 1 1 1
                zrange -4 r 1 1 1
                zrangebylex -4 r 1 1 1
                zrangebyscore -4 r 1 1 1
                zrangestore -5 wm 1 2 1
                zrank -3 r 1 1 1
                zrem -3 w 1 1 1
                zremrangebylex 4 w 1 1 1
                zremrangebyrank 4 w 1 1 1
                zremrangebyscore 4 w 1 1 1
                zrevrange -4 r 1 1 1
                zrevrangebylex -4 r 1 1 1
                zrevrangebyscore -4 r 1 1 1
                zrevrank -3 r 1 1 1
                zscan -3 r 1 1 1
                zscore 3 r 1 1 1
                zunion -3 r 0 0 0
                zunionstore -4 wm 1 1 1
                """);
    }

    /** Commands by a hash of the letters of their names, so that a look-up makes no string. */
    private static final CommandSpec[] BUCKETS = buckets();

    private CommandTable() {}

    private static void define(String lines) {
        lines.lines().forEach(line -> {
            String[] words = line.split(" ", -1);
            COMMANDS.put(
                    words[0],
                    new CommandSpec(
                            COMMANDS.size(),
                            words[0],
                            Integer.parseInt(words[1]),
                            traits(words[0], words[2]),
                            Integer.parseInt(words[3]),
                            Integer.parseInt(words[4]),
                            Integer.parseInt(words[5]),
                            Arity.hasSubcommands(words[0])));
        });
    }

    private static Set<Trait> traits(String name, String letters) {
        EnumSet<Trait> traits = EnumSet.noneOf(Trait.class);
        if (GuardedCommands.contain(name)) {
            traits.add(Trait.GUARDED);
        }
        for (int i = 0; i < letters.length(); i++) {
            traits.add(
                    switch (letters.charAt(i)) {
                        case 'w' -> Trait.WRITE;
                        case 'r' -> Trait.READONLY;
                        case 'c' -> Trait.MAY_REPLICATE;
                        case 'b' -> Trait.BLOCKING;
                        case 's' -> Trait.SCRIPT;
                        case 'a' -> Trait.ADMIN;
                        case 'y' -> Trait.ALLOW_BUSY;
                        case 'm' -> Trait.DENYOOM;
                        case 'l' -> Trait.LOADING;
                        case 'k' -> Trait.KEYS_ONLY;
                        case 'f' -> Trait.ONE_FIELD;
                        case 'u' -> Trait.UNLOCKED;
                        case 'n' -> Trait.NO_AUTH;
                        case 'p' -> Trait.PROTECTED;
                        case 'd' -> Trait.TELLS_DISK_ERROR;
                        default -> throw new IllegalStateException(letters);
                    });
        }
        return Collections.unmodifiableSet(traits);
    }

    public static Collection<CommandSpec> all() {
        return Collections.unmodifiableCollection(COMMANDS.values());
    }

    public static @Nullable CommandSpec find(String name) {
        return COMMANDS.get(name.toLowerCase(Locale.ROOT));
    }

    /** Returns the command of this name, in upper or lower case; null if there is none. */
    public static @Nullable CommandSpec find(byte[] name) {
        if (name.length > MAX_NAME_LENGTH) {
            return null;
        }
        int mask = BUCKETS.length - 1;
        for (int i = hash(name) & mask; ; i = (i + 1) & mask) {
            CommandSpec candidate = BUCKETS[i];
            if (candidate == null || matches(candidate.name(), name)) {
                return candidate;
            }
        }
    }

    /**
     * Returns the command that these words name, with the traits of its subcommand if these are others than the
     * command's; null if there is none.
     */
    public static @Nullable CommandSpec find(List<byte[]> words) {
        CommandSpec found = find(words.get(0));
        return found != null && found.name().equals("function") ? FunctionSpecs.of(found, words) : found;
    }

    /** Returns the error that answers a command that is not in the table. */
    public static String unknown(List<byte[]> command) {
        StringBuilder message = new StringBuilder("ERR unknown command '")
                .append(Words.excerpt(command.get(0)))
                .append("', with args beginning with: ");
        for (int i = 1; i < command.size() && message.length() < 128; i++) {
            message.append('\'').append(Words.excerpt(command.get(i))).append("' ");
        }
        return message.toString();
    }

    private static CommandSpec[] buckets() {
        CommandSpec[] buckets = new CommandSpec[Integer.highestOneBit(COMMANDS.size()) << 3];
        for (CommandSpec command : COMMANDS.values()) {
            byte[] name = new byte[command.name().length()];
            for (int i = 0; i < name.length; i++) {
                name[i] = (byte) command.name().charAt(i);
            }
            int slot = hash(name) & (buckets.length - 1);
            while (buckets[slot] != null) {
                slot = (slot + 1) & (buckets.length - 1);
            }
            buckets[slot] = command;
        }
        return buckets;
    }

    private static int hash(byte[] name) {
        int hash = 0;
        for (byte letter : name) {
            hash = hash * 31 + (letter | 0x20);
        }
        return hash ^ hash >>> 16;
    }

    private static boolean matches(String command, byte[] name) {
        if (command.length() != name.length) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            byte letter = name[i];
            if (command.charAt(i) != (letter >= 'A' && letter <= 'Z' ? letter + 32 : letter)) {
                return false;
            }
        }
        return true;
    }
}
