/**
 * The load: commands made on one thread for many connections, and what came back of them.
 *
 * <p>Everything in here runs on the event loop of its {@link io.nvmredis.bench.load.LoadGenerator}, save the calls that
 * start a load and wait for its end. Knows the protocol, and nothing of servers or arms.
 */
@NullMarked
package io.nvmredis.bench.load;

import org.jspecify.annotations.NullMarked;
