package io.nvmredis.transfer;

import io.nvmredis.engine.CommandRunner;
import io.nvmredis.spi.DataSet;
import java.util.List;
import java.util.Locale;

/**
 * Takes the commands that a Redis sends to its replicas or writes to its append-only file, one by one, and runs them
 * one transaction at a time. One thread.
 */
final class CommandStream {
    private static final byte[] SELECT = WordText.bytes("SELECT");
    /** Names of the commands whose key is their second argument. */
    private static final List<String> SECOND_IS_KEY = List.of("XGROUP", "PFDEBUG", "DEBUG");

    private final Filling filling;
    private final SkipPolicy skips;
    private final Tally tally;
    /** Commands of the transaction that is being collected. */
    private final CommandBuffer buffer = new CommandBuffer();

    private long collected;
    private int bufferDatabase;
    private int database;
    private boolean isInTransaction;

    CommandStream(Filling filling, SkipPolicy skips, Tally tally) {
        this.filling = filling;
        this.skips = skips;
        this.tally = tally;
    }

    /** Begins anew in database 0, outside of a transaction. */
    void reset() {
        database = 0;
        isInTransaction = false;
        forget();
    }

    private void forget() {
        buffer.reset();
        bufferDatabase = 0;
        collected = 0;
    }

    /** Takes the next command. */
    void take(List<byte[]> command) {
        switch (WordText.name(command)) {
            case "SELECT" -> database = selected(command);
            case "MULTI" -> isInTransaction = true;
            case "EXEC" -> {
                isInTransaction = false;
                runCollected();
            }
            default -> {
                collect(command);
                if (!isInTransaction) {
                    runCollected();
                }
            }
        }
    }

    /** Takes all commands of a transaction, beginning in database 0. */
    void takeTransaction(List<List<byte[]>> transaction) {
        reset();
        isInTransaction = true;
        transaction.forEach(this::take);
        isInTransaction = false;
        runCollected();
    }

    private static int selected(List<byte[]> command) {
        try {
            return Integer.parseInt(WordText.text(command.get(1)));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new TransferException("SELECT is malformed", e);
        }
    }

    private void collect(List<byte[]> command) {
        if (CommandRunner.isWithoutEffect(command)) {
            return;
        }
        if (database >= DataSet.DATABASE_COUNT) {
            skips.refuse(
                    "databases from " + DataSet.DATABASE_COUNT + " on",
                    WordText.describe(command, 1) + " is for database " + database + ", and there are "
                            + DataSet.DATABASE_COUNT + " here");
            return;
        }
        if (!CommandRunner.knows(command)) {
            refuse(command);
            return;
        }
        if (bufferDatabase != database) {
            bufferDatabase = database;
            buffer.add(List.of(SELECT, WordText.bytes(database)));
        }
        buffer.add(command);
        collected++;
    }

    private void refuse(List<byte[]> command) {
        String name = WordText.excerpt(command.get(0)).toUpperCase(Locale.ROOT);
        int keyIndex = SECOND_IS_KEY.contains(name) ? 2 : 1;
        skips.refuse("commands " + name, WordText.describe(command, keyIndex) + ": there is no such command here");
    }

    private void runCollected() {
        if (collected > 0) {
            filling.run(buffer);
            tally.commands(collected);
        }
        forget();
    }
}
