/**
 * HyperLogLogs in the encoding that Redis has published and keeps: ordinary strings.
 *
 * <p>The encoding is described at the head of Redis's {@code hyperloglog.c} and in
 * <a href="https://redis.io/docs/latest/develop/data-types/probabilistic/hyperloglogs/">its documentation</a>: 16384
 * registers of 6 bits, dense or run-length encoded, behind a header with a cached count. Elements are hashed with
 * MurmurHash64A. They are counted by the algorithm of Otmar Ertl's
 * <a href="https://arxiv.org/abs/1702.01284">New cardinality estimation algorithms for HyperLogLog sketches</a>, as in
 * Redis since version 5. {@code com.mayreh:pfutil}, the one library on Maven Central that writes this encoding, has not
 * changed since 2019, does not merge, and does not read strings that it has not written; so the code is our own. The
 * same commands give the same bytes here as in redis-server 7.0, which {@code HyperLogLogIT} compares.
 *
 * <p>Knows only bytes, and nothing of the engine. Only its objects have state, and one thread at a time uses each of
 * them.
 */
@NullMarked
package io.nvmredis.engine.hyperloglog;

import org.jspecify.annotations.NullMarked;
