package io.nvmredis.engine.commands;

import java.util.Set;
import java.util.TreeSet;

/** Which commands are ours, as tests of other packages want to know. */
public final class ServedCommands {
    private ServedCommands() {}

    /** The commands on data that upstream's operations of the same names never run. */
    public static Set<String> ours() {
        Set<String> ours = new TreeSet<>(DataCommands.COMMANDS.keySet());
        ours.addAll(StreamCommands.CUTTING.keySet());
        return ours;
    }
}
