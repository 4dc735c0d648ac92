package io.nvmredis.engine.tracking;

/**
 * Options of CLIENT TRACKING.
 *
 * @param redirect id of the client that gets the messages; 0 for the client itself
 * @param isBroadcast whether the client is told of all keys with its prefixes, whether it has read them or not
 * @param isOptIn whether only the reads behind CLIENT CACHING YES are remembered
 * @param isOptOut whether the reads behind CLIENT CACHING NO are not remembered
 * @param isNoLoop whether the client is not told of its own changes
 */
public record TrackingOptions(long redirect, boolean isBroadcast, boolean isOptIn, boolean isOptOut, boolean isNoLoop) {
    static final TrackingOptions NONE = new TrackingOptions(0, false, false, false, false);
}
