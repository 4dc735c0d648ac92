/**
 * Commands that are ours, each in the class of its kind. {@link io.nvmredis.engine.commands.OwnCommands} and {@link
 * io.nvmredis.engine.commands.UnlockedCommands} find them by name.
 *
 * <p>Uses {@link io.nvmredis.engine.core} and the packages below it; knows the engine and the session that run a
 * command only by the interfaces there. Threads: event loops and workers, which hold the engine's lock except in {@link
 * io.nvmredis.engine.commands.UnlockedCommands}.
 */
@NullMarked
package io.nvmredis.engine.commands;

import org.jspecify.annotations.NullMarked;
