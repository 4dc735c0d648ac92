/**
 * Replies in RESP3. Commands make replies of RESP2; what a reply means in RESP3 follows from the command's words alone,
 * and is told by a table. A client of RESP2 gets the bytes as they are.
 */
@NullMarked
package io.nvmredis.engine.protocol;

import org.jspecify.annotations.NullMarked;
