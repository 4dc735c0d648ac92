package io.nvmredis.nvm.events;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Opening of a directory: log and table were inspected, and what the table lacks was laid over it. */
@Name("io.nvmredis.Recovery")
@Label("Recovery")
@Category("nvm-redis")
@Description("The log and the table of a directory were opened")
@StackTrace(false)
public final class RecoveryEvent extends Event {
    @Label("Last LSN")
    public long lastLsn;

    @Label("Unapplied Transactions")
    @Description("Transactions in the log that the table did not have")
    public long transactions;

    @Label("Unapplied Log")
    @DataAmount
    public long bytes;
}
