package io.nvmredis.server;

import io.nvmredis.engine.Engine;

/** What all connections of a server share. */
record FrontEnd(
        Engine engine,
        DurabilityGate gate,
        Workers workers,
        Connections connections,
        LoopTurns turns,
        ClientLimits limits,
        ClientMemory memory,
        ServerConfig config) {}
