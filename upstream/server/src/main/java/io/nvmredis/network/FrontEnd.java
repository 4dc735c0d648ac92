package io.nvmredis.network;

import io.nvmredis.engine.Engine;

/**
 * Objects that all connections of a server share.
 *
 * @param maxBulkLength longest argument of a command, in bytes
 */
public record FrontEnd(
        Engine engine,
        DurabilityGate gate,
        Workers workers,
        Connections connections,
        LoopTurns turns,
        ClientLimits limits,
        ClientMemory memory,
        int maxBulkLength) {}
