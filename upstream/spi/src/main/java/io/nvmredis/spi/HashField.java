package io.nvmredis.spi;

import org.jspecify.annotations.Nullable;

/**
 * Field of a hash, looked up without the others.
 *
 * @param hash description of the hash
 * @param value value of the field, or null if the hash does not have it
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record HashField(KeyInfo hash, byte @Nullable [] value) {}
