/**
 * Events of the Java Flight Recorder: what the engine read from the cold side, and what it evicted.
 *
 * <p>Uses the JDK alone; any thread makes events.
 */
@NullMarked
package io.nvmredis.engine.events;

import org.jspecify.annotations.NullMarked;
