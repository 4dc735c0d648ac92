/**
 * Contents of a data directory beside the files of its persister: data of other persistences ({@link
 * io.nvmredis.directory.OtherData}), and the mark of an import that has not come to its end ({@link
 * io.nvmredis.directory.ImportMark}).
 *
 * <p>Uses the SPI, and from {@link io.nvmredis.rdb} the note in a file that names its writer. The server, the command
 * line and imports use it.
 *
 * <p>Threads: the caller's.
 */
@NullMarked
package io.nvmredis.directory;

import org.jspecify.annotations.NullMarked;
