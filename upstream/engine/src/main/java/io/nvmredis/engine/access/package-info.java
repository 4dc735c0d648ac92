/**
 * Users and what they may do: rules as {@code ACL SETUSER} takes them, checks of commands against them, passwords, the
 * log of refusals, and the file of users.
 *
 * <p>Names, patterns and rules are strings with one character per byte ({@link
 * io.nvmredis.engine.bytes.Words#text}), because they may be any bytes. Rules are immutable: a {@code User} has one
 * reference to them, which is replaced as a whole, so that a check never sees half of a change.
 *
 * <p>Uses the catalog, the bytes and the SPI. Threads: any. Event loops and workers check commands at once; changes are
 * guarded by {@code Users}.
 */
@NullMarked
package io.nvmredis.engine.access;

import org.jspecify.annotations.NullMarked;
