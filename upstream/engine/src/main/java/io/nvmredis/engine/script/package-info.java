/**
 * Scripts: the Lua of Redis 7.0 on LuaJ's compiler and interpreter, with bounds on memory and time.
 *
 * <p>LuaJ's compiler, interpreter, tables, strings and numbers are used, but not its libraries: every function that a
 * script can reach is defined in this package. The package uses of the engine {@link
 * io.nvmredis.engine.bytes} alone; scripts run commands through {@link io.nvmredis.engine.script.ScriptHost}, which it
 * defines. Threads: one script per engine runs at a
 * time, on the thread that holds the engine's lock; each of its coroutines has a thread of its own, and one thread of a
 * script runs at a time.
 */
@NullMarked
package io.nvmredis.engine.script;

import org.jspecify.annotations.NullMarked;
