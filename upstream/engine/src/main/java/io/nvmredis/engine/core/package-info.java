/**
 * The engine as its commands see it: {@link io.nvmredis.engine.core.CommandEngine} and
 * {@link io.nvmredis.engine.core.CommandSession}, with the objects that these two hand out.
 *
 * <p>Uses the packages below, {@link io.nvmredis.engine.script} included. Threads: the engine's lock guards everything
 * unless stated otherwise.
 */
@NullMarked
package io.nvmredis.engine.core;

import org.jspecify.annotations.NullMarked;
