/**
 * Scripts: what Redis 7.0 offers to Lua, on LuaJ's compiler and interpreter, with bounds on memory and time.
 *
 * <p>LuaJ compiles and interprets, and its tables, strings and numbers are used; its libraries are not: every function
 * that a script can reach is one of this package. Knows nothing of the engine but {@link
 * io.nvmredis.engine.script.ScriptHost}, through which scripts run commands. Threads: one script at a time and engine,
 * on the thread that holds the engine's lock; its coroutines have threads of their own, of which one runs at a time.
 */
@NullMarked
package io.nvmredis.engine.script;

import org.jspecify.annotations.NullMarked;
