/**
 * The canonical form: what a command has changed, as the few kinds of {@link io.nvmredis.spi.effects.Effect} that every
 * persister keeps, and as bytes.
 *
 * <p>{@link io.nvmredis.spi.effects.Effects} writes it, {@link io.nvmredis.spi.effects.EffectReader} reads it, and a
 * {@link io.nvmredis.spi.effects.Transaction} is what one command or MULTI has changed.
 * {@link io.nvmredis.spi.effects.ValueEffects} says which effects a whole value is.
 *
 * <p>This package uses the JDK and {@link io.nvmredis.spi.errors}, and knows nothing of persisters. Threads:
 * an object is used by one at a time.
 */
@NullMarked
package io.nvmredis.spi.effects;

import org.jspecify.annotations.NullMarked;
