package io.nvmredis.bench.load;

import java.nio.ByteBuffer;

/** MULTI, commands, EXEC. */
final class TransactionOperations implements Operations {
    private static final byte[] MULTI = RespWriter.command(1, "MULTI");
    private static final byte[] EXEC = RespWriter.command(1, "EXEC");

    private final Operations commands;
    private final int commandCount;

    TransactionOperations(Operations commands, int commandCount) {
        this.commands = commands;
        this.commandCount = commandCount;
    }

    @Override
    public int next(ByteBuffer buffer) {
        buffer.put(MULTI);
        int payload = 0;
        for (int i = 0; i < commandCount; i++) {
            payload += commands.next(buffer);
        }
        buffer.put(EXEC);
        return payload;
    }

    @Override
    public int largestLength() {
        return MULTI.length + commandCount * commands.largestLength() + EXEC.length;
    }

    @Override
    public int replyCount() {
        return commandCount + 2;
    }
}
