/**
 * Canonical form of what a command has changed: the few kinds of {@link io.nvmredis.spi.effects.Effect} that every
 * persister keeps, and their bytes.
 *
 * <p>{@link io.nvmredis.spi.effects.Effects} writes effects, {@link io.nvmredis.spi.effects.EffectReader} reads them,
 * and a {@link io.nvmredis.spi.effects.Transaction} holds those of one command, EXEC or script. {@link
 * io.nvmredis.spi.effects.ValueEffects} writes a whole value as effects.
 *
 * <p>This package uses the JDK and {@link io.nvmredis.spi.errors}, and knows nothing of persisters. An object is used
 * by one thread at a time.
 */
@NullMarked
package io.nvmredis.spi.effects;

import org.jspecify.annotations.NullMarked;
