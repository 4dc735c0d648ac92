/**
 * Places on the earth as Redis keeps them: members of a sorted set whose scores are geohashes of 52 bits.
 *
 * <p>A geohash halves the ranges of longitude and latitude in turn and notes in which half the place is. It is described
 * in <a href="https://en.wikipedia.org/wiki/Geohash">Wikipedia</a>; that of a score has 26 bits of each, and latitudes
 * up to that of the square map, 85.05112878 degrees. Distances are great-circle distances by the haversine formula, on a
 * sphere with Redis's radius. The cells that a search looks at, and their order, are those of Redis as well, so that
 * results that nobody has asked to be sorted come in the same order.
 *
 * <p>Knows only numbers, and nothing of the engine. Objects do not change; any thread may use them.
 */
@NullMarked
package io.nvmredis.engine.geo;

import org.jspecify.annotations.NullMarked;
