/**
 * Histories of several clients on a few keys, through crashes, and whether there is an order of their operations that
 * explains all replies.
 *
 * <p>{@link io.nvmredis.it.history.LinearizabilityIT} is the test. A {@link io.nvmredis.it.history.RecordingClient}, on a thread of its
 * own, records an {@link io.nvmredis.it.history.Operation} for each of its commands; {@link
 * io.nvmredis.it.history.LinearizabilityChecker} compares those on one object with its {@link
 * io.nvmredis.it.history.SharedObject}. Servers, connections and directories come from the kit.
 */
package io.nvmredis.it.history;
