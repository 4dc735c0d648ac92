package io.nvmredis.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Every command that writes, in what it may find: for what it does to the deadlines of keys and to who watches them. The
 * keys are those of {@link #KEYS}.
 */
final class WritingCases {
    static final List<String> KEYS = List.of("k", "o", "d");

    private static final String TABLE = """
            # what is there (parted by ;) | the command
            SET k v | APPEND k w
            SET k v | APPEND k ""
             | APPEND k w
            SETBIT k 7 1 | APPEND k w
            SET k abc | BITFIELD k SET u8 0 1
            SET k abc | BITFIELD k SET u8 0 97
            SET k abc | BITFIELD k GET u8 0
            SET k abc | BITFIELD k INCRBY u8 40 1
            SET k abc | BITFIELD k OVERFLOW FAIL INCRBY u2 0 5
            SET k abc | BITFIELD k SET u8 0 x
             | BITFIELD k SET u8 8 0
            SETBIT k 7 1 | BITFIELD k SET u8 0 1
            SETBIT k 7 1 | BITFIELD k INCRBY i16 100 -1
            SET k abc ; SET o b | BITOP AND d k o
            SET k abc ; SET o b ; SADD d x | BITOP OR d k o
            SET k abc ; SET o b | BITOP XOR k k o
            SET k abc | BITOP NOT d none
            SET k abc ; SET d x | BITOP NOT d none
            SET k abc | BITOP NOT d k k
            RPUSH k a b ; RPUSH o c | BLMOVE k o LEFT RIGHT 0.01
             | BLMOVE k o LEFT RIGHT 0.01
            RPUSH k a b | BLMPOP 0.01 1 k LEFT
            RPUSH k a | BLMPOP 0.01 2 none k RIGHT COUNT 2
            RPUSH k a b ; RPUSH o c | BLMOVE o k LEFT LEFT 0.01
            RPUSH k a b ; RPUSH o c | BLMOVE k o RIGHT LEFT 0.01
            RPUSH k a b | BLPOP k 0.01
            RPUSH k a | BLPOP k 0.01
             | BLPOP k 0.01
            RPUSH k a b | BRPOP k 0.01
            RPUSH k a b ; RPUSH o c | BRPOPLPUSH o k 0.01
            RPUSH k a b ; RPUSH o c | BRPOPLPUSH k o 0.01
            ZADD k 1 a 2 b | BZMPOP 0.01 1 k MIN
            ZADD k 1 a 2 b | BZPOPMAX k 0.01
            ZADD k 1 a 2 b | BZPOPMIN k 0.01
            SET k v ; SET o w | COPY k o
            SET k v ; SET o w | COPY k o REPLACE
            RPUSH k a | COPY k o
            SET k v | COPY k k REPLACE
            SET k v ; SET o w | COPY none o REPLACE
            SET k v | COPY k k DB 1
            SET k 1 | DECR k
            SET k 1 | DECRBY k 2
            SET k v | DECR k
            SET k v ; SET o w | DEL k none
            SET k v | EVAL "redis.call('append',KEYS[1],'x')" 1 k
            SET k v | EVAL "redis.call('set',KEYS[1],'x')" 1 k
            HSET k a 1 | EVAL "redis.call('hset',KEYS[1],'b','x') return redis.call('del',KEYS[2])" 2 k none
            SET k v | EVALSHA 0000000000000000000000000000000000000000 1 k
            SET k v | FCALL none 1 k
            SET k v | EXPIRE k 1000
            SET k v | EXPIRE k 1000 NX
            SET k v | EXPIRE k 1000 GT
            SET k v | EXPIRE k 1000 LT
            SET k v | EXPIRE k 1000 XX
            SET k v | EXPIRE k -1
            SET k v | EXPIRE k x
             | EXPIRE k 1000
            SET k v | EXPIREAT k 4102444800
            SET k v | EXPIREAT k 4102444801
            SET k v | EXPIREAT k 1
            SET k v ; SET o w | FLUSHALL
            SET k v ; SET o w | FLUSHDB
             | FLUSHDB
            GEOADD k 13 38 a 15 37 b | GEOADD k 14 38 c
            GEOADD k 13 38 a 15 37 b | GEOADD k 13 38 a
            GEOADD k 13 38 a 15 37 b | GEOADD k XX CH 14 38 a
            GEOADD k 13 38 a 15 37 b | GEOADD k 13 138 a
             | GEOADD k 13 38 a
            GEOADD k 13 38 a 15 37 b | GEORADIUS k 15 37 200 km
            GEOADD k 13 38 a 15 37 b | GEORADIUS k 15 37 200 km STORE d
            GEOADD k 13 38 a 15 37 b ; SADD d x | GEORADIUS k 15 37 100 km STORE d
            GEOADD k 13 38 a 15 37 b ; SADD d x | GEORADIUS k 150 37 100 km STORE d
            GEOADD k 13 38 a 15 37 b | GEORADIUSBYMEMBER k a 500 km STORE k
            GEOADD k 13 38 a 15 37 b ; SADD d x | GEORADIUSBYMEMBER none a 500 km STORE d
            GEOADD k 13 38 a 15 37 b | GEORADIUSBYMEMBER k a 500 km STOREDIST d
            GEOADD k 13 38 a 15 37 b | GEOSEARCHSTORE d k FROMMEMBER a BYRADIUS 1 km
            GEOADD k 13 38 a 15 37 b ; SADD d x | GEOSEARCHSTORE d k FROMLONLAT 15 37 BYBOX 10 10 km STOREDIST
            GEOADD k 13 38 a 15 37 b ; SADD d x | GEOSEARCHSTORE d k FROMLONLAT 150 37 BYBOX 10 10 km
            GEOADD k 13 38 a 15 37 b ; SADD d x | GEOSEARCHSTORE d none FROMLONLAT 150 37 BYBOX 10 10 km
            SET k v | GETDEL k
             | GETDEL k
            SET k v | GETEX k
            SET k v | GETEX k EX 1000
            SET k v | GETEX k PX 100000
            SET k v | GETEX k EXAT 4102444801
            SET k v | GETEX k PXAT 4102444800000
            SET k v | GETEX k EXAT 1
            SET k v | GETEX k PERSIST
             | GETEX k EX 10
            SET k v | GETSET k w
            SET k v | GETSET k v
            HSET k a 1 b 2 | HDEL k a
            HSET k a 1 | HDEL k a
            HSET k a 1 | HDEL k c
            HSET k a 1 | HINCRBY k a 1
            HSET k a 1 | HINCRBY k a 0
            HSET k a 1 | HINCRBY k b 1
            HSET k a x | HINCRBY k a 1
            HSET k a 1 | HINCRBYFLOAT k a 1.5
            HSET k a 1 | HINCRBYFLOAT k a 0
            HSET k a 1 | HINCRBYFLOAT k a x
            HSET k a 1 | HMSET k a 2
            HSET k a 1 | HSET k a 2
            HSET k a 1 | HSET k a 1
            HSET k a 1 | HSET k b 1
            SET k v | HSET k b 1
            HSET k a 1 | HSETNX k a 2
            HSET k a 1 | HSETNX k b 2
            SET k 1 | INCR k
            SET k 1 | INCRBY k 5
            SET k 1 | INCRBY k 0
            SET k x | INCRBY k 5
            SET k 1 | INCRBYFLOAT k 1.5
            SET k 1 | INCRBYFLOAT k 0
            SET k x | INCRBYFLOAT k 0
             | INCRBYFLOAT k 2
            RPUSH k a b | LINSERT k BEFORE b c
            RPUSH k a b | LINSERT k AFTER b c
            RPUSH k a b | LINSERT k AFTER x c
            RPUSH k a b ; RPUSH o c | LMOVE k o LEFT RIGHT
            RPUSH k a ; RPUSH o c | LMOVE k o RIGHT LEFT
            RPUSH k a b | LMOVE k k LEFT RIGHT
            RPUSH k a ; SET o c | LMOVE k o LEFT LEFT
            RPUSH k a b | LMPOP 1 k LEFT
            RPUSH k a b | LMPOP 2 none k RIGHT COUNT 5
             | LMPOP 1 k LEFT
            RPUSH k a b ; RPUSH o c | LMOVE o k LEFT RIGHT
            RPUSH k a b | LMPOP 1 k RIGHT COUNT 2
            RPUSH k a b | LPOP k
            RPUSH k a | LPOP k
            RPUSH k a b c | LPOP k 2
            RPUSH k a | LPUSH k b
            RPUSH k a | LPUSHX k b
             | LPUSHX k b
            RPUSH k a b a | LREM k 0 a
            RPUSH k a b a | LREM k 0 x
            RPUSH k a a | LREM k 0 a
            RPUSH k a b | LSET k 0 c
            RPUSH k a b | LSET k 0 a
            RPUSH k a b | LSET k 9 a
            RPUSH k a b c | LTRIM k 1 -1
            RPUSH k a b c | LTRIM k 0 -1
            RPUSH k a b c | LTRIM k 7 9
             | LTRIM k 0 1
            SET k v | MOVE k 1
             | MOVE k 1
            SET k v | MOVE k 0
            SET k v ; SET o w | MSET k 1 o 2
            SET k v | MSET k v
            SET k v | MSETNX k 1 o 2
            SET k v | MSETNX d 1 o 2
            SET k v | PERSIST k
             | PERSIST k
            SET k v | PEXPIRE k 100000
            SET k v | PEXPIRE k -1
            SET k v | PEXPIREAT k 4102444800000
            SET k v | PEXPIREAT k 4102444800001
            SET k v | PEXPIREAT k 1
            PFADD k a | PFADD k b
            PFADD k a | PFADD k a
            PFADD k a | PFADD k
             | PFADD k
            PFADD k a ; PFADD o b | PFMERGE k o
            PFADD k a ; PFADD o b | PFMERGE k k
            PFADD k a ; PFADD o b | PFMERGE d k o
            SET k v | PSETEX k 100000 w
            SET k v ; SET o w | RENAME k o
            SET k v ; SET o w | RENAME k d
            RPUSH k a ; SADD o w | RENAME k o
            SET k v | RENAME k k
            SET k v | RENAME none k
            SET k v ; SET o w | RENAMENX k o
            SET k v ; SET o w | RENAMENX k d
            SET k v | RENAMENX k k
            SET k v | RENAMENX none k
            SET k v | RESTORE k 0 "\\x00\\x01v\\x0a\\x00\\x91\\x08\\xce\\xb2\\x198\\x8a\\xce"
            SET k v | RESTORE k 0 "\\x00\\x01v\\x0a\\x00\\x91\\x08\\xce\\xb2\\x198\\x8a\\xce" RE\\x01\\x02\\x01a\\x01b\\x0a\\x002\\xa8\\x90\\x7e\\xd5\\x03\\x1aEACE
            RPUSH k a | RESTORE k 4102444800000 "\\x01\\x02\\x01a\\x01b\\x0a\\x002\\xa8\\x90\\x7e\\xd5\\x03\\x1aE" RE\\x01\\x02\\x01a\\x01b\\x0a\\x002\\xa8\\x90\\x7e\\xd5\\x03\\x1aEACE ABSTTL
             | RESTORE k 100000 "\\x01\\x02\\x01a\\x01b\\x0a\\x002\\xa8\\x90\\x7e\\xd5\\x03\\x1aE"
            SET k v | RESTORE k 1 "\\x00\\x01v\\x0a\\x00\\x91\\x08\\xce\\xb2\\x198\\x8a\\xce" RE\\x01\\x02\\x01a\\x01b\\x0a\\x002\\xa8\\x90\\x7e\\xd5\\x03\\x1aEACE ABSTTL
            SET k v | RESTORE none 1 "\\x00\\x01v\\x0a\\x00\\x91\\x08\\xce\\xb2\\x198\\x8a\\xce" ABSTTL
            SET k v | RESTORE d 0 "x" RE\\x01\\x02\\x01a\\x01b\\x0a\\x002\\xa8\\x90\\x7e\\xd5\\x03\\x1aEACE
            SET k v | RESTORE d 0 "\\x00\\x01v\\x0a\\x00\\x91\\x08\\xce\\xb2\\x198\\x8a\\xce" IDLETIME 10 RE\\x01\\x02\\x01a\\x01b\\x0a\\x002\\xa8\\x90\\x7e\\xd5\\x03\\x1aEACE
            SET k v | RESTORE-ASKING k 0 "\\x00\\x01v\\x0a\\x00\\x91\\x08\\xce\\xb2\\x198\\x8a\\xce" RE\\x01\\x02\\x01a\\x01b\\x0a\\x002\\xa8\\x90\\x7e\\xd5\\x03\\x1aEACE
            RPUSH k a b | RPOP k
            RPUSH k a | RPOP k
            RPUSH k a b ; RPUSH o c | RPOPLPUSH k o
            RPUSH k a b ; RPUSH o c | RPOPLPUSH o k
            RPUSH k a b | RPOPLPUSH k k
            RPUSH k a b | RPOPLPUSH none k
            RPUSH k a ; SET o c | RPOPLPUSH k o
            RPUSH k a | RPUSH k b
            SET k a | RPUSH k b
            RPUSH k a | RPUSHX k b
             | RPUSHX k b
            SADD k a | SADD k b
            SADD k a | SADD k a
            SADD k a b ; SADD o b | SDIFFSTORE d k o
            SADD k a b ; SADD o b ; SADD d x | SDIFFSTORE d k o
            SADD k a b ; SADD o b | SDIFFSTORE k k o
            SADD k b ; SADD o b ; SADD d x | SDIFFSTORE d k o
            SADD k b ; SADD o b | SDIFFSTORE d k o
            SADD k a b ; SADD o b ; SADD d x | SINTERSTORE d k o
            SADD k a b ; SADD d x | SINTERSTORE d k o
            SADD k a b ; SADD o b ; SADD d x | SUNIONSTORE d k o
            SADD k a b ; SET d x | SUNIONSTORE d k o
            SET k v | SET k w
            SET k v | SET k v
            SET k v | SET k w KEEPTTL
            SET k v | SET k w EX 1000
            SET k v | SET k w PXAT 4102444800000
            SET k v | SET k w NX
            SET k v | SET k w XX
             | SET k w XX
            SET k v | SET k w GET
            SET k v | SET k w KEEPTTL GET
            RPUSH k v | SET k w
            SET k v | SETBIT k 1 0
            SET k v | SETBIT k 0 0
            SET k v | SETBIT k 0 1
            SET k v | SETBIT k 100 0
            SETBIT k 7 1 | SETBIT k 7 1
            SETBIT k 7 1 | SETBIT k 7 0
            SETBIT k 7 1 | SETBIT k 70 0
             | SETBIT k 7 0
            SET k v | SETEX k 1000 w
            SET k v | SETNX k w
             | SETNX k w
            SET k v | SETRANGE k 1 w
            SET k v | SETRANGE k 0 v
            SET k v | SETRANGE k 0 ""
             | SETRANGE k 2 w
            SADD k a b ; SADD o c | SMOVE k o a
            SADD k a b ; SADD o c | SMOVE o k c
            SADD k a b ; SADD o a | SMOVE k o a
            SADD k a b | SMOVE k k a
            SADD k a b ; SADD o c | SMOVE k o x
            RPUSH k 2 1 | SORT k
            RPUSH k 2 1 ; RPUSH o 1 | SORT k STORE o
            RPUSH k 2 1 | SORT k STORE k
            RPUSH k 2 1 | SORT k STORE d
            RPUSH k 2 1 ; RPUSH o 1 | SORT k LIMIT 0 0 STORE o
            RPUSH k 2 1 | SORT k LIMIT 0 0 STORE d
            SADD k a b | SPOP k
            SADD k a | SPOP k
             | SPOP k
            SADD k a b c | SPOP k 2
            SADD k a b | SREM k a
            SADD k a | SREM k a
            SADD k a | SREM k b
            SET k v ; SADD o w | SWAPDB 0 1
            SET k v ; SADD o w | SWAPDB 1 2
            SET k v | SWAPDB 0 0
            SET k v | SWAPDB 0 99
             | SWAPDB 0 1
            SET k v ; SET o w | UNLINK k none
            XADD k 1-1 f v ; XGROUP CREATE k g 0 ; XREADGROUP GROUP g c STREAMS k > | XACK k g 1-1
            XADD k 1-1 f v ; XGROUP CREATE k g 0 | XACK k g 1-1
            XADD k 1-1 f v | XADD k 2-1 f v
            XADD k 1-1 f v | XADD k 1-1 f v
            XADD k 1-1 f v | XADD k MAXLEN 1 2-1 f v
             | XADD k NOMKSTREAM 2-1 f v
            XADD k 1-1 f v ; XGROUP CREATE k g 0 ; XREADGROUP GROUP g c STREAMS k > | XAUTOCLAIM k g d 0 0
            XADD k 1-1 f v ; XGROUP CREATE k g 0 ; XREADGROUP GROUP g c STREAMS k > ; XDEL k 1-1 | XAUTOCLAIM k g d 0 0
            XADD k 1-1 f v ; XGROUP CREATE k g 0 | XAUTOCLAIM k g d 0 0
            XADD k 1-1 f v ; XGROUP CREATE k g 0 | XCLAIM k g d 0 1-1 FORCE
            XADD k 1-1 f v ; XGROUP CREATE k g 0 | XCLAIM k g d 0 1-1
            XADD k 1-1 f v ; XGROUP CREATE k g 0 | XCLAIM k g d 0 1-1 LASTID 5
            XADD k 1-1 f v | XDEL k 1-1
            XADD k 1-1 f v | XDEL k 2-1
            XADD k 1-1 f v | XGROUP CREATE k g 0
             | XGROUP CREATE k g 0
             | XGROUP CREATE k g 0 MKSTREAM
            XADD k 1-1 f v ; XGROUP CREATE k g 0 | XGROUP SETID k g $
            XADD k 1-1 f v ; XGROUP CREATE k g 0 | XGROUP DESTROY k g
            XADD k 1-1 f v | XGROUP DESTROY k g
            XADD k 1-1 f v ; XGROUP CREATE k g 0 | XGROUP CREATECONSUMER k g c
            XADD k 1-1 f v ; XGROUP CREATE k g 0 ; XREADGROUP GROUP g c STREAMS k > | XGROUP DELCONSUMER k g c
            XADD k 1-1 f v ; XGROUP CREATE k g 0 | XREADGROUP GROUP g c STREAMS k >
            XADD k 1-1 f v ; XGROUP CREATE k g 0 | XREADGROUP GROUP g c NOACK STREAMS k >
            XADD k 1-1 f v ; XGROUP CREATE k g 0 ; XREADGROUP GROUP g c STREAMS k > | XREADGROUP GROUP g c STREAMS k 0
            XADD k 1-1 f v ; XGROUP CREATE k g $ | XREADGROUP GROUP g c STREAMS k >
            XADD k 1-1 f v | XSETID k 7-7
            XADD k 1-1 f v | XSETID k 7-7 ENTRIESADDED 9 MAXDELETEDID 3-0
            XADD k 1-1 f v | XTRIM k MAXLEN 0
            XADD k 1-1 f v | XTRIM k MAXLEN 5
            XADD k 1-1 f v | XTRIM k MINID 5
            ZADD k 1 a | ZADD k 2 b
            ZADD k 1 a | ZADD k 2 a
            ZADD k 1 a | ZADD k 1 a
            ZADD k 1 a | ZADD k NX 2 a
            ZADD k 1 a | ZADD k XX 2 b
             | ZADD k XX 2 b
            ZADD k 1 a | ZADD k GT 0 a
            ZADD k 1 a | ZADD k INCR 2 a
            ZADD k 1 a | ZADD k XX INCR 2 b
            ZADD k 1 a 2 b ; ZADD o 2 b ; ZADD d 1 x | ZDIFFSTORE d 2 k o
            ZADD k 1 a ; ZADD d 1 x | ZDIFFSTORE d 2 k k
            ZADD k 1 a | ZDIFFSTORE d 2 k k
            ZADD k 1 a | ZINCRBY k 2 a
            ZADD k 1 a | ZINCRBY k 0 a
            ZADD k 1 a | ZINCRBY k 2 b
            ZADD k 1 a 2 b ; ZADD o 2 b ; ZADD d 1 x | ZINTERSTORE d 2 k o
            ZADD k 1 a 2 b ; ZADD d 1 x | ZINTERSTORE d 2 k o
            ZADD k 1 a 2 b | ZMPOP 1 k MIN
            ZADD k 1 a | ZMPOP 2 none k MIN
            ZADD k 1 a 2 b | ZPOPMAX k
            ZADD k 1 a 2 b | ZPOPMIN k
            ZADD k 1 a | ZPOPMIN k
             | ZPOPMIN k
            ZADD k 1 a 2 b | ZRANGESTORE d k 0 0
            ZADD k 1 a 2 b ; ZADD d 1 x | ZRANGESTORE d k 0 0
            ZADD k 1 a 2 b ; ZADD d 1 x | ZRANGESTORE d k 5 6
            ZADD k 1 a 2 b | ZRANGESTORE d k 5 6
            ZADD k 1 a 2 b ; ZADD d 1 x | ZRANGESTORE d none 0 -1
            ZADD k 1 a 2 b | ZREM k a
            ZADD k 1 a 2 b | ZREM k c
            ZADD k 1 a | ZREM k a
            ZADD k 0 a 0 b | ZREMRANGEBYLEX k [a [a
            ZADD k 0 a 0 b | ZREMRANGEBYLEX k [x [z
            ZADD k 1 a 2 b | ZREMRANGEBYRANK k 0 0
            ZADD k 1 a 2 b | ZREMRANGEBYRANK k 7 8
            ZADD k 1 a 2 b | ZREMRANGEBYRANK k 0 -1
            ZADD k 1 a 2 b | ZREMRANGEBYSCORE k 1 1
            ZADD k 1 a 2 b | ZREMRANGEBYSCORE k 7 8
             | ZREMRANGEBYSCORE k 7 8
            ZADD k 1 a 2 b ; ZADD d 1 x | ZUNIONSTORE d 2 k o
            ZADD k 1 a 2 b ; ZADD d 1 x | ZUNIONSTORE d 2 none o
            SADD k a ; SET d x | ZUNIONSTORE d 2 k o
            """;

    private WritingCases() {}

    /** What is there first, and a command. */
    record Case(List<String[]> before, List<String> words) {
        String name() {
            return words.get(0).toLowerCase(Locale.ROOT);
        }

        String[] command() {
            return words.toArray(new String[0]);
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            before.forEach(command -> text.append(String.join(" ", command)).append("; "));
            return text.append(String.join(" ", words)).toString();
        }
    }

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        TABLE.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int bar = line.indexOf(" | ");
            List<String[]> before = Arrays.stream(line.substring(0, bar).split(";", -1))
                    .map(ReplyCases::words)
                    .filter(words -> words.length > 0)
                    .toList();
            cases.add(new Case(before, List.of(ReplyCases.words(line.substring(bar + 3)))));
        });
        return cases;
    }
}
