package io.nvmredis.engine.script;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What scripts may take: memory in a JVM with a heap of 64 MB, and time. */
class ScriptBoundsTest {
    private static final String NO_MEMORY = "not enough memory";

    /** Each script with what its reply holds. */
    private static final String[][] SCRIPTS = {
        {"local t={} for i=1,1e9 do t[i]=i end", NO_MEMORY},
        {"local s='a' while true do s=s..s end", NO_MEMORY},
        {"return string.rep('x',2147483000)", NO_MEMORY},
        {"return string.rep(string.rep('x',1e6),1e3)", NO_MEMORY},
        {"local t={} for i=1,1e9 do t[i]=string.rep('x',1000) end", NO_MEMORY},
        {"local t={} for i=1,1e9 do t[i]=function() return i end end", NO_MEMORY},
        {"local t={} for i=1,1e9 do t[i]={} end", NO_MEMORY},
        {"local t={} while true do t={t} end", NO_MEMORY},
        {"local t={} for i=1,1e9 do t['k'..i]=1 end", NO_MEMORY},
        {"local t={} for i=1,1e9 do t[i]=string.gmatch(string.rep('x',1e5)..i,'.') end", NO_MEMORY},
        {"local t={} for i=1,1e9 do t[i]=loadstring('return '..i) end", NO_MEMORY},
        {
            "local t={} for j=1,1e3 do local u={} for i=1,1e5 do u[i]=1 end for i=1,1e5 do u[i]=nil end t[j]=u end",
            NO_MEMORY
        },
        {
            "local t={} for i=1,1e9 do t[i]=coroutine.wrap(function() local x=string.rep('x',1e5) coroutine.yield(x) end)"
                    + " t[i]() end",
            NO_MEMORY
        },
        {"return coroutine.wrap(function() local t={} for i=1,1e9 do t[i]=i end end)()", NO_MEMORY},
        {"local t={} for i=1,2000 do t[i]=coroutine.wrap(coroutine.yield) t[i]() end", "Lua function expected"},
        {
            "local t={} for i=1,2000 do t[i]=coroutine.wrap(function() coroutine.yield() end) t[i]() end",
            "too many coroutines"
        },
        {"return string.format('%2000000000d',1)", "invalid format"},
        {"return {unpack({},1,1e8)}", "too many results to unpack"},
        {"return cjson.decode(string.rep('[',1000000))", "too many nested"},
        {"return #cjson.decode('['..string.rep('1,',3000000)..'1]')", NO_MEMORY},
        {"local t={} t.t=t return cjson.encode(t)", "excessive nesting"},
        {"local t={} t[1]=t return t", "reached lua stack limit"},
        {"local function f() return f()+1 end return f()", "stack overflow"},
        {"local function f(...) return f(1,...)+1 end return f()", ""},
        {"return setmetatable({},{__index=function(t,k) return t[k] end}).x", "stack overflow"},
        {"local t=setmetatable({},{__tostring=function(s) return tostring(s) end}) return tostring(t)", "stack overflow"
        },
        {"error(string.rep('x',1e8))", NO_MEMORY},
        {"local s=string.rep('x',2e6) error(s..s..s)", NO_MEMORY},
        {"local s=string.rep('x',1e6) local t={} for i=1,1e5 do t[i]=s end return t", NO_MEMORY},
        {"local s=string.rep('x',1e6) local t={} for i=1,1e5 do t[i]=s end return table.concat(t)", NO_MEMORY},
        {"local s=string.rep('x',1e6) return (s:gsub('x',s))", NO_MEMORY},
        {"local s=string.rep('q',1e6) return #(s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s..s)", NO_MEMORY},
        {"local s=string.rep('a=1;',1000000) return loadstring(s)", NO_MEMORY},
        {"return {cmsgpack.unpack(string.rep(cmsgpack.pack(1,2),1000000))}", "too many return values"},
        {"return {struct.unpack(string.rep('b',1e5),string.rep('x',1e5))}", "too many results"},
        {"local r={} local s=string.rep('x',1e6) for i=1,1e9 do r[i]=redis.call('ECHO',s) end", NO_MEMORY},
        {"return string.find(string.rep('a',50000),string.rep('a?',50000)..'b')", "pattern too complex"},
        {"return pcall(string.rep,'x',1e9)", "$-1"},
        {"for i=1,300 do local x=string.rep('z',1e6) end return 'much garbage'", "much garbage"},
        {"for i=1,30 do local t={} for j=1,1e5 do t[j]=j end end return 'many tables'", "many tables"},
        {"local n=0 while n<20 do n=n+1 pcall(function() local t={} for i=1,1e9 do t[i]=i end end) end return n", ":20"
        },
        {"return 'alive'", "alive"}
    };

    @TempDir
    Path directory;

    @Test
    void shouldAnswerWhateverAScriptTakesInASmallHeap() throws IOException, InterruptedException {
        Path input = directory.resolve("scripts");
        Path output = directory.resolve("replies");
        Files.write(input, Arrays.stream(SCRIPTS).map(each -> each[0]).toList(), ISO_8859_1);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HostileScripts.class.getName())
                .redirectInput(input.toFile())
                .redirectOutput(output.toFile())
                .redirectErrorStream(true)
                .start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        List<String> replies = Files.readAllLines(output, ISO_8859_1);
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < SCRIPTS.length; i++) {
            String reply = i < replies.size() ? replies.get(i) : "none: the JVM has ended";
            if (!reply.contains(SCRIPTS[i][1]) || i >= replies.size()) {
                wrong.add(SCRIPTS[i][0] + " -> " + reply);
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void shouldEndScriptsWhereverTheyAre() {
        for (String script : List.of(
                "while true do end",
                "while true do pcall(function() while true do end end) end",
                "local function f() return f() end return f()",
                "return string.find(string.rep('a',30), string.rep('a?',30)..string.rep('a',30)..'b')",
                "return string.rep('a',3e6):find(string.rep('a',1.5e6)..'b', 1, true)",
                "return string.rep('a',1e5):find('.-.-.-b')",
                "return string.rep('a',1e5):gsub('.-.-.-b','')",
                "for x in string.rep('a',1e5):gmatch('.-.-.-b') do end",
                "return string.rep('(',1e6):find('%b()')  or string.rep('(',1e5):gsub('%b()','')",
                "local t={} for i=1,1e5 do t[i]=i end while true do table.sort(t, function(a,b) return a>b end) end",
                "local t={} for i=1,1e5 do t[i]=i end while true do table.concat(t) end",
                "table.insert({}, -2e9, 1) while true do end",
                "coroutine.wrap(function() while true do end end)()",
                "local f=coroutine.wrap(function() while true do coroutine.yield() end end) while true do f() end",
                "while true do redis.call('ECHO','x') end",
                "while true do pcall(redis.call,'ECHO','x') end",
                "xpcall(function() while true do end end, function() while true do end end)",
                "return setmetatable({},{__tostring=function() while true do end end}) .. ''",
                "while true do loadstring('return 1')() end")) {
            AtomicBoolean isToEnd = new AtomicBoolean();
            List<String> replies = new ArrayList<>();
            Thread thread = new Thread(null, () -> replies.add(runUntil(isToEnd, script)), "script", 16 << 20);
            thread.start();
            isToEnd.set(true);
            await(script).atMost(Duration.ofSeconds(20)).until(() -> !thread.isAlive());
            assertThat(replies).as(script).hasSize(1);
        }
    }

    private static String runUntil(AtomicBoolean isToEnd, String script) {
        return new ScriptRunner(64 << 20).run(script, new ScriptRunner.NoCommands() {
            private long asked;

            @Override
            public boolean isToEnd() {
                // Later, so that it is in the midst of it.
                return isToEnd.get() && ++asked > 20;
            }
        });
    }

    @Test
    void shouldLeaveNoThreadOfACoroutineBehind() {
        new ScriptRunner(8 << 20)
                .run("for i=1,50 do coroutine.wrap(function() pcall(coroutine.yield) coroutine.yield() end)() end");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().equals("nvm-redis-coroutine")));
    }
}
