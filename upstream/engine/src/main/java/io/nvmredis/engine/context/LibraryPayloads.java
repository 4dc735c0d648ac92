package io.nvmredis.engine.context;

import java.util.List;
import java.util.function.Function;

/**
 * Encoding of libraries of functions in the payload of FUNCTION DUMP, which is the server's to know.
 *
 * @param dump returns the payload for the codes of libraries
 * @param read returns the codes of the libraries in a payload, or throws a {@link
 *     io.nvmredis.spi.errors.PersistenceException} with Redis's message
 */
public record LibraryPayloads(Function<List<byte[]>, byte[]> dump, Function<byte[], List<byte[]>> read) {}
