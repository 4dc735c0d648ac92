/**
 * What is measured of commands: how often each runs and how long it takes, which were slow, and which errors were
 * replied.
 *
 * <p>Uses {@link io.nvmredis.engine.catalog}, {@link io.nvmredis.engine.bytes} and {@link io.nvmredis.engine.errors}.
 * Threads: what a class does not say otherwise is guarded by the engine's lock.
 */
@NullMarked
package io.nvmredis.engine.measure;

import org.jspecify.annotations.NullMarked;
