package io.nvmredis.network;

import io.netty.channel.EventLoop;
import io.nvmredis.engine.Engine;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Holds one {@link LoopTurn} for each event loop. Any thread. */
public final class LoopTurns {
    private final Map<EventLoop, LoopTurn> turns = new ConcurrentHashMap<>();
    private final Engine engine;

    public LoopTurns(Engine engine) {
        this.engine = engine;
    }

    /** Returns what all loops have read and sent. */
    Traffic traffic() {
        Traffic sum = new Traffic();
        turns.values().forEach(turn -> turn.traffic().addTo(sum));
        return sum;
    }

    LoopTurn of(EventLoop loop) {
        return turns.computeIfAbsent(loop, key -> new LoopTurn(key, engine));
    }
}
