package io.nvmredis.nvm.events;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/** Fold of a chain: the value of a key was read from its base and its deltas, and written as a new base. */
@Name("io.nvmredis.Fold")
@Label("Fold")
@Category("nvm-redis")
@Description("A key's base and deltas were replaced by a new base")
@Threshold("100 us")
@StackTrace(false)
public final class FoldEvent extends Event {
    @Label("Database")
    public int database;

    @Label("Chain Read")
    @DataAmount
    public long bytes;

    @Label("Deltas")
    public int deltas;
}
