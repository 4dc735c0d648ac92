package io.nvmredis.nvm.events;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Batch of transactions that the replay has read from the log and brought to the table. */
@Name("io.nvmredis.ReplayBatch")
@Label("Replay Batch")
@Category("nvm-redis")
@Description("A batch of durable transactions was applied to the table")
@StackTrace(false)
public final class ReplayBatchEvent extends Event {
    @Label("Last LSN")
    public long lastLsn;

    @Label("Log Read")
    @DataAmount
    public long bytes;

    @Label("Effects")
    public long effects;

    @Label("Superseded Effects")
    @Description("Effects that later ones of the batch had made superfluous")
    public long superseded;
}
