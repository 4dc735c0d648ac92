/**
 * Files mapped into memory, and the domains that make their bytes durable. No other package maps or flushes.
 *
 * <p>Words: <b>flush</b> starts the write-back of a range, <b>drain</b> waits until every flush that came before is
 * done, <b>persist</b> is both. Every one of them names its {@link io.nvmredis.nvm.pmem.PersistSite}.
 *
 * <p>The package uses the JDK, jnr-ffi and {@code io.nvmredis.spi}. Threads: a {@link io.nvmredis.nvm.pmem.PmemRegion}
 * may be written and flushed by several threads at once, provided they write different bytes; a {@link
 * io.nvmredis.nvm.pmem.PmemDirectory} may be used by any thread.
 */
@NullMarked
package io.nvmredis.nvm.pmem;

import org.jspecify.annotations.NullMarked;
