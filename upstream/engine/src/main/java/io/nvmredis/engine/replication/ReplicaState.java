package io.nvmredis.engine.replication;

/**
 * State of a replica, as INFO and ROLE show it.
 *
 * @param isOnline whether it has its copy of the data set and has said so
 * @param position position in the stream before which it has everything, as it said last
 * @param silentSeconds how long ago it said that
 */
public record ReplicaState(ReplicaAddress address, boolean isOnline, long position, long silentSeconds) {}
