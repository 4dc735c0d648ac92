/**
 * Many clients write through kill after kill, and a checker compares all that the server holds with all that it has
 * acknowledged.
 *
 * <p>{@link io.nvmredis.it.soak.SoakIT} is the test. A {@link io.nvmredis.it.soak.SoakClient} writes to a database of its own, on a
 * thread of its own, so that what must be there is known exactly; {@link io.nvmredis.it.soak.SharedCounters} are written by several.
 * A {@link io.nvmredis.it.soak.Moment} is when the server is killed. Servers, connections and directories come from the kit.
 */
package io.nvmredis.it.soak;
