package io.nvmredis.engine.script;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.luaj.vm2.LuaBoolean;
import org.luaj.vm2.LuaClosure;
import org.luaj.vm2.LuaFunction;
import org.luaj.vm2.LuaNil;
import org.luaj.vm2.LuaNumber;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaThread;
import org.luaj.vm2.LuaUserdata;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * Walks everything that a script can reach. The list is what a walk of redis-server 7.0.15's {@code _G} found, by a
 * script that looks into tables and metatables.
 */
// Tables are told apart by what they are, not by what they hold.
@SuppressWarnings({"ReferenceEquality", "IdentityHashMapUsage"})
class SandboxTest {
    private final ScriptRunner scripts = new ScriptRunner(8 << 20);
    private final ScriptRun run = new ScriptRun(
            new ScriptRunner.NoCommands(),
            false,
            new ScriptGlobals(new LuaTable(), new LuaTable()),
            Libraries.newGlobals(),
            new LibraryHeap(),
            1 << 20);

    @BeforeEach
    void begin() {
        Libraries.install();
        ScriptRun.makeCurrent(run);
    }

    @AfterEach
    void end() {
        ScriptRun.makeCurrent(null);
    }

    @Test
    void shouldOfferWhatRedisOffersAndNothingElse() throws IOException {
        TreeSet<String> found = new TreeSet<>();
        Map<LuaTable, String> names = new IdentityHashMap<>();
        walk("_G", run.table(), names, found);
        walkMetatable("\"\"", LuaString.s_metatable, names, found);
        try (InputStream list = SandboxTest.class.getResourceAsStream("globals-7.0.15.txt")) {
            assertThat(found)
                    .isEqualTo(new TreeSet<>(Arrays.asList(
                            new String(list.readAllBytes(), ISO_8859_1).strip().split("\n"))));
        }
    }

    private static void walk(String name, LuaValue value, Map<LuaTable, String> names, Set<String> found) {
        if (!(value instanceof LuaTable table)) {
            found.add(name + " " + value.typename());
            return;
        }
        if (names.containsKey(table)) {
            found.add(name + " = " + names.get(table));
            return;
        }
        names.put(table, name);
        found.add(name + " table");
        for (Varargs next = table.next(LuaValue.NIL); !next.arg1().isnil(); next = table.next(next.arg1())) {
            if (!next.arg1().raweq(GlobalTable.SELF)) {
                walk(name + "." + next.arg1().tojstring(), next.arg(2), names, found);
            }
        }
        if (!table.rawget(GlobalTable.SELF).isnil()) {
            walk(name + "." + GlobalTable.SELF, table.rawget(GlobalTable.SELF), names, found);
        }
        walkMetatable(name, table.getmetatable(), names, found);
    }

    private static void walkMetatable(String name, LuaValue metatable, Map<LuaTable, String> names, Set<String> found) {
        if (metatable != null) {
            walk(name + "<meta>", metatable, names, found);
        }
    }

    /** By what Java sees, which a script cannot: tables that may be written, functions and objects of LuaJ's. */
    @Test
    void shouldShareNothingThatCanBeChanged() {
        Deque<LuaValue> open = new ArrayDeque<>(List.of(Libraries.SHARED, Libraries.STRING_METATABLE, run.table()));
        var seen = Collections.newSetFromMap(new IdentityHashMap<LuaValue, Boolean>());
        while (!open.isEmpty()) {
            LuaValue value = open.poll();
            if (!seen.add(value)) {
                continue;
            }
            boolean isOwn = value == run.table().rawget(ScriptGlobals.KEYS)
                    || value == run.table().rawget(ScriptGlobals.ARGV);
            if (value instanceof LuaTable table && !isOwn) {
                assertThat(table).isInstanceOf(ReadonlyTable.class);
                if (table.getmetatable() != null) {
                    open.add(table.getmetatable());
                }
                for (Varargs next = table.next(LuaValue.NIL); !next.arg1().isnil(); next = table.next(next.arg1())) {
                    open.add(next.arg1());
                    open.add(next.arg(2));
                }
            } else if (value instanceof LuaFunction) {
                assertThat(value).isInstanceOf(ScriptFunction.class).isNotInstanceOf(LuaClosure.class);
            } else if (value instanceof LuaUserdata) {
                assertThat(value).isSameAs(JsonFunctions.NULL);
            }
        }
        assertThat(Arrays.asList(
                        LuaNumber.s_metatable,
                        LuaBoolean.s_metatable,
                        LuaNil.s_metatable,
                        LuaFunction.s_metatable,
                        LuaThread.s_metatable))
                .containsOnlyNulls();
    }

    @Test
    void shouldRefuseEveryWayOfLuaJsToChangeATable() {
        ReadonlyTable table = Libraries.STRING;
        LuaValue key = LuaValue.valueOf("rep");
        List<Runnable> ways = List.of(
                () -> table.set(key, LuaValue.NIL),
                () -> table.set(1, key),
                () -> table.set("rep", LuaValue.NIL),
                () -> table.rawset(key, LuaValue.NIL),
                () -> table.rawset(1, key),
                () -> table.rawset("rep", LuaValue.NIL),
                () -> table.hashset(key, LuaValue.NIL),
                () -> table.insert(1, key),
                () -> table.remove(1),
                () -> table.sort(LuaValue.NIL),
                () -> table.presize(100),
                () -> table.presize(100, 100),
                () -> table.setmetatable(new LuaTable()));
        for (Runnable way : ways) {
            ScriptError refused = null;
            try {
                way.run();
            } catch (ScriptError e) {
                refused = e;
            }
            assertThat(refused).hasMessageContaining("readonly");
        }
        assertThat(table.rawget(key)).isInstanceOf(ScriptFunction.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x = 1",
                "rawset(_G, 'x', 1)",
                "_G.x = 1",
                "setmetatable(_G, {__index = function() return 'taken' end})",
                "getmetatable(_G).__index = function() return 'taken' end",
                "getmetatable('').__index = function() return 'taken' end",
                "getmetatable('').x = 1",
                "string.x = 1 string.rep = nil",
                "rawset(string, 'x', 1)",
                "table.insert(redis, 1)",
                "table.sort(redis)",
                "redis.call = nil",
                "cjson.null = 1",
                "setmetatable(cjson.null, {})",
                "_ENV.x = 1",
                "_ENV = {x = 1} x = 2",
                "local _ENV = {} x = 1",
                "KEYS.x = 1 ARGV.x = 1 KEYS[1] = 1",
                "math.randomseed(1)",
                "cjson.encode_max_depth(1) cjson.encode_number_precision(1)",
                "coroutine.wrap(function() coroutine.yield() end)()",
                "loadstring('x = 1')()",
                "cjson.new().x = 1"
            })
    void shouldKeepNothingForTheNextScript(String script) {
        scripts.run(script);
        assertThat(scripts.run("""
                        return {tostring(rawget(_G, 'x')), tostring(rawget(string, 'x')), ('ab'):rep(2), type(redis.call),
                            tostring(rawget(getmetatable(''), 'x')), #KEYS, tostring(KEYS.x), cjson.encode({{1.25}}),
                            tostring(pcall(function() return nosuch end)), type(redis[1])}"""))
                .isEqualTo(String.join(
                        "\r\n",
                        List.of(
                                "*10",
                                "$3",
                                "nil",
                                "$3",
                                "nil",
                                "$4",
                                "abab",
                                "$8",
                                "function",
                                "$3",
                                "nil",
                                ":0",
                                "$3",
                                "nil",
                                "$8",
                                "[[1.25]]",
                                "$5",
                                "false",
                                "$3",
                                "nil",
                                "")));
    }

    @Test
    void shouldNotRepeatTheRandomNumbersOfAnother() {
        String first = scripts.run("math.randomseed(7) return tostring(math.random())");
        assertThat(scripts.run("return tostring(math.random())")).isNotEqualTo(first);
        assertThat(scripts.run("math.randomseed(7) return tostring(math.random())"))
                .isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "return io.popen('id')",
                "return luajava.bindClass('java.lang.System')",
                "return package.loaded",
                "return require('os')",
                "return debug.getregistry()",
                "return os.execute('id')",
                "return dofile('/etc/passwd')",
                "return loadfile('/etc/passwd')",
                "return loadstring(string.char(27) .. 'LuaR')()",
                "return loadstring(string.dump(function() return 1 end))()",
                "return getmetatable(cjson.null).__index",
                "return cjson.null.getClass",
                "return cjson.null:getClass()",
                "return coroutine.create(redis.call)",
                "return redis.call.call",
                "return print.x"
            })
    void shouldLeaveNoWayOut(String script) {
        assertThat(scripts.run(script)).startsWith("-ERR ");
    }
}
