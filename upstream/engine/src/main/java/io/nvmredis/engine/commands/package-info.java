/**
 * The commands that are ours, each in the class of its kind, by name in {@link io.nvmredis.engine.commands.OwnCommands} and {@link
 * io.nvmredis.engine.commands.UnlockedCommands}.
 *
 * <p>Uses {@link io.nvmredis.engine.core} and the packages below it; knows neither the engine nor the session that runs
 * it but by the interfaces there. Threads: event loops and workers, which hold the engine's lock, but for {@link
 * io.nvmredis.engine.commands.UnlockedCommands}.
 */
@NullMarked
package io.nvmredis.engine.commands;

import org.jspecify.annotations.NullMarked;
