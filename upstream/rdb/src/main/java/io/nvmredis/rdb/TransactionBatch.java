package io.nvmredis.rdb;

import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.Transaction;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Groups effects into transactions of a convenient size: several small keys in one, a large key in several. One thread.
 */
final class TransactionBatch {
    /** Bytes at which a transaction is handed on. */
    private static final int CONVENIENT_LENGTH = 64 << 10;

    private static final byte[] LINE_END = {'\r', '\n'};

    private final TransactionSink sink;
    private final Transaction transaction = new Transaction();
    private final Effects effects = new Effects(transaction);
    private final long firstLsn;
    private int database;
    private long transactionCount;
    private long payloadBytes;

    TransactionBatch(TransactionSink sink, long firstLsn) {
        this.sink = sink;
        this.firstLsn = firstLsn;
    }

    /** Selects the database of the effects that follow. */
    void select(int newDatabase) {
        if (newDatabase != database) {
            database = newDatabase;
            if (!transaction.isEmpty()) {
                putSelect();
            }
        }
    }

    private void putSelect() {
        effects.begin(Effect.SELECT, 1).argument(database);
    }

    /** Returns the writer of effects of the selected database; {@link #effectBegins} is called before each. */
    Effects effects() {
        return effects;
    }

    /** Prepares for an effect: it goes into the same transaction as the one before, or into the next. */
    void effectBegins() {
        if (transaction.length() >= CONVENIENT_LENGTH) {
            flush();
        }
        if (transaction.isEmpty() && database != 0) {
            putSelect();
        }
    }

    /** Hands on a command, which is no effect, as a transaction of its own. */
    void command(List<byte[]> words, byte[] lastWord) {
        flush();
        RdbBuffer command = new RdbBuffer();
        putHead('*', words.size() + 1, command);
        words.forEach(word -> putWord(word, command));
        putWord(lastWord, command);
        sink.run(firstLsn + transactionCount, command.bytes(), 0, command.length());
        transactionCount++;
        payloadBytes += command.length();
    }

    private static void putWord(byte[] word, RdbBuffer command) {
        putHead('$', word.length, command);
        command.putBytes(word, 0, word.length);
        command.putBytes(LINE_END, 0, LINE_END.length);
    }

    private static void putHead(char type, int number, RdbBuffer command) {
        byte[] head = (type + Integer.toString(number) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        command.putBytes(head, 0, head.length);
    }

    /** Hands on the transaction, unless it is empty. */
    void flush() {
        if (transaction.isEmpty()) {
            return;
        }
        sink.apply(firstLsn + transactionCount, transaction.bytes(), 0, transaction.length());
        transactionCount++;
        payloadBytes += transaction.length();
        transaction.reset();
    }

    long transactionCount() {
        return transactionCount;
    }

    long payloadBytes() {
        return payloadBytes;
    }
}
