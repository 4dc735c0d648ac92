/**
 * Certificates and private keys in files, for {@link io.nvmredis.network} and {@link io.nvmredis.transfer}.
 *
 * <p>Uses the JDK alone. Threads: any.
 */
@NullMarked
package io.nvmredis.certificates;

import org.jspecify.annotations.NullMarked;
