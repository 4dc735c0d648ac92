package io.nvmredis.nvm.events;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Cleaning of a heap segment, from its choice until it was empty; other work was done in between. */
@Name("io.nvmredis.Clean")
@Label("Clean")
@Category("nvm-redis")
@Description("A segment of the heap was emptied, its live records were moved")
@StackTrace(false)
public final class CleanEvent extends Event {
    @Label("Segment")
    public int segment;

    @Label("Live When Chosen")
    @DataAmount
    public long liveBytes;
}
