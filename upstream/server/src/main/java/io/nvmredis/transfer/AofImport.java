package io.nvmredis.transfer;

import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.catalog.CommandWords;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Imports the commands of an append-only file. One thread. */
final class AofImport implements TransactionSink {
    private final CommandStream commands;
    private final boolean isIntoExisting;
    private final BooleanSupplier isStopped;

    AofImport(CommandStream commands, boolean isIntoExisting, BooleanSupplier isStopped) {
        this.commands = commands;
        this.isIntoExisting = isIntoExisting;
        this.isStopped = isStopped;
    }

    @Override
    public void apply(long lsn, byte[] bytes, int offset, int length) {
        take(CommandWords.read(bytes, offset, length).stream()
                .map(AofImport::asCommand)
                .toList());
    }

    /** Returns an effect as a command. An XGROUP has its subcommand before the key then. */
    private static List<byte[]> asCommand(List<byte[]> effect) {
        if (!Words.equalsIgnoreCase(effect.get(0), "xgroup")) {
            return effect;
        }
        List<byte[]> command = new ArrayList<>(effect);
        Collections.swap(command, 1, 2);
        return command;
    }

    @Override
    public void run(long lsn, byte[] bytes, int offset, int length) {
        take(CommandWords.read(bytes, offset, length));
    }

    private void take(List<List<byte[]>> transaction) {
        if (isIntoExisting) {
            throw new TransferException("the file has commands, and those would change keys that are here already:"
                    + " --import-into-existing is for RDB files; make one of it (redis-cli --rdb), or import into an"
                    + " empty directory");
        }
        if (isStopped.getAsBoolean()) {
            throw new TransferException("stopped before the end of the data");
        }
        try {
            commands.takeTransaction(transaction);
        } catch (TransferException e) {
            // The reader of the file adds the place to this message.
            throw new PersistenceException(String.valueOf(e.getMessage()), e);
        }
    }
}
