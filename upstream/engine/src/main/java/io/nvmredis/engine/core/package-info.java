/**
 * What commands use of the engine that runs them: {@link io.nvmredis.engine.core.CommandEngine} and {@link
 * io.nvmredis.engine.core.CommandSession}, with what those hand out.
 *
 * <p>Uses the packages below, {@link io.nvmredis.engine.script} included. Threads: the engine's lock guards all but what says
 * otherwise.
 */
@NullMarked
package io.nvmredis.engine.core;

import org.jspecify.annotations.NullMarked;
