package io.nvmredis.network;

import java.util.Map;
import java.util.TreeMap;

/** What all event loops have read and sent, and the connections that came, for INFO. Any thread. */
public final class NetworkFigures {
    private final LoopTurns turns;
    private final Connections connections;
    /** The counts at the last reset. */
    private Map<String, Long> base = Map.of();

    public NetworkFigures(LoopTurns turns, Connections connections) {
        this.turns = turns;
        this.connections = connections;
    }

    /** Returns the counts since the server began or the last {@link #reset}, by Redis's names. */
    public synchronized Map<String, Long> all() {
        Map<String, Long> figures = counted();
        base.forEach((name, count) -> figures.merge(name, -count, Long::sum));
        return figures;
    }

    /** Begins to count from 0, for CONFIG RESETSTAT. */
    public synchronized void reset() {
        base = counted();
    }

    private Map<String, Long> counted() {
        Traffic traffic = turns.traffic();
        Map<String, Long> figures = new TreeMap<>();
        figures.put("total_connections_received", connections.admittedCount());
        figures.put("rejected_connections", connections.rejectedCount());
        figures.put("total_net_input_bytes", traffic.readBytes());
        figures.put("total_net_output_bytes", traffic.writtenBytes());
        figures.put("total_reads_processed", traffic.reads());
        figures.put("total_writes_processed", traffic.writes());
        return figures;
    }
}
