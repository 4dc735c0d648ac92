package io.nvmredis.nvm.events;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/** Commit of the log: one wait for the medium, for all transactions that had been appended. */
@Name("io.nvmredis.Commit")
@Label("Commit")
@Category("nvm-redis")
@Description("Appended transactions were made durable")
@Threshold("1 ms")
@StackTrace(false)
public final class CommitEvent extends Event {
    @Label("Last LSN")
    public long lastLsn;

    @Label("Transactions")
    public long transactions;

    @Label("Position in Segment")
    @DataAmount
    public int offset;
}
