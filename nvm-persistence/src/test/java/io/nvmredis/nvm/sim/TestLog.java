package io.nvmredis.nvm.sim;

import io.nvmredis.nvm.log.Log;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.recovery.LogRecovery;
import io.nvmredis.nvm.recovery.RecoveredLog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A log opened for a test, with what was found in it as text. */
public final class TestLog implements AutoCloseable {
    private static final long LOG_ID = 0x1234_5678_9abc_def0L;

    private final List<String> found = new ArrayList<>();
    private final RecoveredLog recovered;
    private final Log log;

    public TestLog(PmemDirectory directory, int segmentLength) {
        recovered = LogRecovery.open(
                directory,
                segmentLength,
                () -> LOG_ID,
                0,
                (lsn, bytes, offset, length) ->
                        found.add(new String(bytes, offset, length, StandardCharsets.ISO_8859_1)));
        log = new Log(recovered.start(), recovered.files());
    }

    /** The transactions that recovery has found. */
    public List<String> found() {
        return found;
    }

    public String note() {
        return recovered.report().note();
    }

    public Log log() {
        return log;
    }

    public long append(String transaction) {
        byte[] bytes = transaction.getBytes(StandardCharsets.ISO_8859_1);
        return log.append(bytes, 0, bytes.length);
    }

    public void appendAndCommit(String transaction) {
        log.commit(append(transaction));
    }

    @Override
    public void close() {
        log.close();
    }
}
