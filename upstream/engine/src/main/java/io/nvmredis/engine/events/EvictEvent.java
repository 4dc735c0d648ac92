package io.nvmredis.engine.events;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/** Eviction of values from memory between two commands; the cold side has them. */
@Name("io.nvmredis.Evict")
@Label("Evict")
@Category("nvm-redis")
@Description("Values were dropped from memory because the budget was exceeded")
@Threshold("100 us")
@StackTrace(false)
public final class EvictEvent extends Event {
    @Label("Evicted Values")
    public long count;

    @Label("Data in Memory Afterwards")
    @DataAmount
    public long usedBytes;
}
