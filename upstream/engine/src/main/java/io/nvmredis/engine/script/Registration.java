package io.nvmredis.engine.script;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Functions that a library registers while it is loaded, by {@code redis.register_function}. */
final class Registration {
    /** What a library sees while it is loaded. */
    static final ReadonlyTable NAMES = names();

    private final List<LibraryFunction> functions = new ArrayList<>();

    /** Table whose missing fields are errors, as those of {@code _G} are. */
    private static final class StrictTable extends ReadonlyTable {
        @Override
        public LuaValue get(LuaValue key) {
            LuaValue value = rawget(key);
            if (value.isnil()) {
                throw GlobalTable.missing(key);
            }
            return value;
        }

        @Override
        public LuaValue get(int key) {
            return get(valueOf(key));
        }
    }

    private static ReadonlyTable names() {
        ReadonlyTable redis = new StrictTable();
        RedisFunctions.addLogTo(redis);
        ScriptFunction.put(redis, "register_function", Registration::register);
        ReadonlyTable names = new ReadonlyTable();
        names.set("redis", redis.seal());
        return names.seal();
    }

    List<LibraryFunction> functions() {
        return functions;
    }

    private static Varargs register(ScriptRun run, Args arguments) {
        Registration registration = run.table() instanceof LibraryGlobals globals ? globals.registration() : null;
        if (registration == null) {
            throw RedisFunctions.raised(run, "redis.register_function can only be called on FUNCTION LOAD command");
        }
        if (arguments.count() < 1 || arguments.count() > 2) {
            throw RedisFunctions.raised(run, "wrong number of arguments to redis.register_function");
        }
        registration.add(run, arguments.count() == 1 ? named(run, arguments.get(1)) : positional(run, arguments));
        return LuaValue.NONE;
    }

    private void add(ScriptRun run, LibraryFunction function) {
        if (!LibraryHeader.isName(function.name())) {
            throw RedisFunctions.raised(run, LibraryHeader.BAD_NAME);
        }
        if (functions.stream().anyMatch(other -> other.name().equals(function.name()))) {
            throw RedisFunctions.raised(run, "Function already exists in the library");
        }
        functions.add(function);
    }

    private static LibraryFunction positional(ScriptRun run, Args arguments) {
        LuaString name = LuaNumbers.asString(arguments.get(1));
        if (name == null) {
            throw RedisFunctions.raised(run, "first argument to redis.register_function must be a string");
        }
        if (!arguments.get(2).isfunction()) {
            throw RedisFunctions.raised(run, "second argument to redis.register_function must be a function");
        }
        return new LibraryFunction(LuaText.of(name), arguments.get(2), List.of(), null);
    }

    private static LibraryFunction named(ScriptRun run, LuaValue argument) {
        if (!(argument instanceof LuaTable table)) {
            throw RedisFunctions.raised(
                    run,
                    "calling redis.register_function with a single argument is only applicable to Lua table"
                            + " (representing named arguments).");
        }
        Named named = new Named();
        for (Varargs next = table.next(LuaValue.NIL); !next.arg1().isnil(); next = table.next(next.arg1())) {
            run.step();
            LuaString key = LuaNumbers.asString(next.arg1());
            if (key == null) {
                throw RedisFunctions.raised(run, "named argument key given to redis.register_function is not a string");
            }
            named.take(run, LuaText.of(key).toLowerCase(Locale.ROOT), next.arg(2));
        }
        return named.function(run);
    }

    /** Arguments that have names. */
    private static final class Named {
        private @Nullable String name;
        private @Nullable String description;
        private @Nullable LuaValue callback;
        private List<String> flags = List.of();

        void take(ScriptRun run, String key, LuaValue value) {
            switch (key) {
                case "function_name" -> name = text(run, key, value);
                case "description" -> description = text(run, key, value);
                case "callback" -> {
                    if (!value.isfunction()) {
                        throw RedisFunctions.raised(
                                run, "callback argument given to redis.register_function must be a function");
                    }
                    callback = value;
                }
                case "flags" -> flags = flags(run, value);
                default -> throw RedisFunctions.raised(run, "unknown argument given to redis.register_function");
            }
        }

        private static String text(ScriptRun run, String key, LuaValue value) {
            LuaString text = LuaNumbers.asString(value);
            if (text == null) {
                throw RedisFunctions.raised(run, key + " argument given to redis.register_function must be a string");
            }
            return LuaText.of(text);
        }

        private static List<String> flags(ScriptRun run, LuaValue value) {
            if (!(value instanceof LuaTable table)) {
                throw RedisFunctions.raised(
                        run, "flags argument to redis.register_function must be a table representing function flags");
            }
            Set<String> given = new HashSet<>();
            for (int i = 1; !table.get(i).isnil(); i++) {
                run.step();
                LuaString word = LuaNumbers.asString(table.get(i));
                String flag = word == null ? "" : LuaText.of(word).toLowerCase(Locale.ROOT);
                if (!ScriptFlags.ALL.contains(flag)) {
                    throw RedisFunctions.raised(run, "unknown flag given");
                }
                given.add(flag);
            }
            return ScriptFlags.ALL.stream().filter(given::contains).toList();
        }

        LibraryFunction function(ScriptRun run) {
            if (name == null) {
                throw RedisFunctions.raised(run, "redis.register_function must get a function name argument");
            }
            if (callback == null) {
                throw RedisFunctions.raised(run, "redis.register_function must get a callback argument");
            }
            return new LibraryFunction(
                    Objects.requireNonNull(name), Objects.requireNonNull(callback), flags, description);
        }
    }
}
