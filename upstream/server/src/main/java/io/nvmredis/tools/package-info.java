/**
 * Tools that look into a directory without a server: {@link io.nvmredis.tools.CheckText}, {@link
 * io.nvmredis.tools.FigureTree} and {@link io.nvmredis.tools.Dump} show what a {@link
 * io.nvmredis.spi.DirectoryInspector} tells, as text, as JSON or as commands.
 *
 * <p>The package uses the SPI, the stock persisters' writer of commands, and the engine's patterns. One thread enters it.
 */
@NullMarked
package io.nvmredis.tools;

import org.jspecify.annotations.NullMarked;
