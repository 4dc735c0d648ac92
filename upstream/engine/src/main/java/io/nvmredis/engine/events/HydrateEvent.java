package io.nvmredis.engine.events;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/** Read of one value from the cold side into memory. */
@Name("io.nvmredis.Hydrate")
@Label("Hydrate")
@Category("nvm-redis")
@Description("The value of a key was copied from the cold side to memory")
@Threshold("100 us")
@StackTrace(false)
public final class HydrateEvent extends Event {
    @Label("Database")
    public int database;

    @Label("Stored Bytes")
    @DataAmount
    public long storedBytes;
}
