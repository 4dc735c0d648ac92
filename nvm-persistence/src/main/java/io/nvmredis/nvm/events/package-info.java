/**
 * Events of the Java Flight Recorder: what the log, the replay, the table and the recovery did, and how long it took.
 *
 * <p>An event that is not recorded costs the making of an object that the JVM's compiler leaves out. Uses the JDK alone;
 * any thread makes events.
 */
@NullMarked
package io.nvmredis.nvm.events;

import org.jspecify.annotations.NullMarked;
