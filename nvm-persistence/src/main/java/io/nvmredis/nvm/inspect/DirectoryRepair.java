package io.nvmredis.nvm.inspect;

import io.nvmredis.nvm.format.FindingList;
import io.nvmredis.nvm.format.TableFileNames;
import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.recovery.LogTruncation;
import io.nvmredis.nvm.recovery.Recovered;
import io.nvmredis.nvm.recovery.Recovery;
import io.nvmredis.nvm.table.Table;
import io.nvmredis.nvm.table.TableCheck;
import io.nvmredis.nvm.table.TableRepair;
import io.nvmredis.spi.Finding;
import io.nvmredis.spi.InspectionReport;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Does about damage what can be done without guessing.
 *
 * <p>Everything is rehearsed first in a private view of the directory, which is checked afterwards: if anything would be
 * left that is not sound, nothing is done. Then all files are copied, and only when the copy is durable is the first byte
 * changed. A crash at any time thus leaves the original as it was, or a whole copy of it, and the same repair can be
 * begun again.
 *
 * <p>What is done:
 *
 * <ul>
 *   <li>A torn tail is cut, and a copy of the superblock is written again, as a start does it.
 *   <li>A key with a damaged record is dropped, if it can be named: {@link TableRepair}. It is not if the log has a value
 *       of it that the table does not have yet: {@link RemadeKeys}.
 * </ul>
 *
 * <p>Nothing is done about a damaged log, which can only be cut before the damage ({@link #truncate}), or about damaged
 * words and buckets: records of keys that were deleted look like those of others, so an index cannot be told from them.
 */
public final class DirectoryRepair {
    private final PmemDirectory directory;
    private final Supplier<? extends PmemDirectory> views;
    private final int segmentLength;
    private final TableShape shape;
    private final Runnable copying;
    private final List<String> done = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();

    /**
     * Makes a repair, which has touched nothing yet.
     *
     * @param views gives a new private view of the directory
     * @param copying copies all files of the directory, durably
     */
    public DirectoryRepair(
            PmemDirectory directory,
            Supplier<? extends PmemDirectory> views,
            int segmentLength,
            TableShape shape,
            Runnable copying) {
        this.directory = directory;
        this.views = views;
        this.segmentLength = segmentLength;
        this.shape = shape;
        this.copying = copying;
    }

    /** Returns what was done, a sentence each. */
    public List<String> done() {
        return done;
    }

    /** Returns what was lost, a sentence each. */
    public List<String> lost() {
        return lost;
    }

    private InspectionReport check(PmemDirectory view) {
        return new DirectoryCheck(view, segmentLength, shape, LoadingListener.NONE).run();
    }

    private Recovered open(PmemDirectory opened) {
        return new Recovery(opened, segmentLength, shape, () -> 1).open(LoadingListener.NONE);
    }

    /**
     * Repairs.
     *
     * @throws PersistenceException if there is damage that nothing can be done about; nothing has been changed then
     */
    public void repair() {
        PmemDirectory view = views.get();
        InspectionReport before = check(view);
        String refusal = before.start().refusal();
        if (refusal != null) {
            throw new PersistenceException("nothing can be done without guessing about what a start says: " + refusal
                    + "; if the log is what is damaged, --truncate-to cuts it before the damage");
        }
        TableRepair repair = new TableRepair(view, before.findings());
        rehearse(repair, before);
        copying.run();
        apply(repair, before);
    }

    private void rehearse(TableRepair repair, InspectionReport before) {
        if (before.isSound()) {
            return;
        }
        if (!repair.left().isEmpty()
                || before.findingCount() > before.findings().size()) {
            Finding first = repair.left().isEmpty()
                    ? before.findings().get(0)
                    : repair.left().get(0);
            throw new PersistenceException("there is damage that can only be mended by guessing, such as of a "
                    + first.part() + " at offset " + first.offset() + " of " + first.file()
                    + ": put back a copy of the directory; nothing was changed");
        }
        Finding.Key remade = RemadeKeys.first(views.get(), before.start().checkpointLsn(), repair.keys());
        if (remade != null) {
            throw new PersistenceException("the key '" + printable(remade.name()) + "' of database " + remade.database()
                    + " is damaged in the table, but the log sets or deletes it later: start the server and stop it, so"
                    + " that the table has that, and check again; nothing was changed");
        }
        PmemDirectory first = views.get();
        Recovered opened = open(first);
        opened.log().close();
        repair.rehearse(first, opened.table(), opened.report().lastLsn());
        PmemDirectory second = views.get();
        Recovered again = open(second);
        repair.apply(again.table(), again.report().lastLsn());
        close(again);
        InspectionReport after = check(second);
        if (!after.isSound()) {
            throw new PersistenceException(
                    "what could be done would not make the directory sound; nothing was changed");
        }
    }

    private void apply(TableRepair repair, InspectionReport before) {
        String note = before.start().note();
        Recovered opened = open(directory);
        if (note != null) {
            done.add(note);
        }
        if (!repair.keys().isEmpty()) {
            repair.apply(opened.table(), opened.report().lastLsn());
            for (Finding.Key key : repair.keys()) {
                lost.add("the key '" + printable(key.name()) + "' of database " + key.database());
            }
            done.add("dropped keys whose records are damaged: " + repair.keys().size());
        }
        close(opened);
    }

    /**
     * Returns the bytes of a name as a message shows them.
     *
     * @param name bytes of any kind
     */
    static String printable(byte[] name) {
        StringBuilder text = new StringBuilder();
        for (byte b : name) {
            if (b >= ' ' && b < 127 && b != '\'' && b != '\\') {
                text.append((char) b);
            } else {
                text.append("\\x")
                        .append(Character.forDigit((b >> 4) & 0xf, 16))
                        .append(Character.forDigit(b & 0xf, 16));
            }
        }
        return text.toString();
    }

    private static void close(Recovered opened) {
        opened.table().close();
        opened.log().close();
    }

    /**
     * Cuts the log behind a transaction.
     *
     * @throws PersistenceException if it cannot be cut there; nothing has been changed then
     */
    public void truncate(long lsn) {
        PmemDirectory view = views.get();
        long highestLsn = highestLsnOfTable(view);
        long lastLsn = new LogTruncation(view).cutBehind(lsn, highestLsn);
        close(open(view));
        copying.run();
        new LogTruncation(directory).cutBehind(lsn, highestLsn);
        done.add("cut the log behind LSN " + lsn);
        lost.add(
                lastLsn == lsn
                        ? "all that the log had behind LSN " + lsn + ", of which nothing could be read"
                        : "the transactions from LSN " + (lsn + 1) + " to " + lastLsn
                                + ", and those behind that could not be read");
    }

    private long highestLsnOfTable(PmemDirectory view) {
        if (!view.list().contains(TableFileNames.TABLE)) {
            return 0;
        }
        Table.open(view, shape, Long.MAX_VALUE, () -> 1).close();
        FindingList findings = new FindingList();
        long highest = TableCheck.highestLsn(view, findings);
        if (!findings.isEmpty()) {
            throw new PersistenceException(
                    "the table is damaged too, so that nobody knows up to which LSN it has effects; use --fix first");
        }
        return highest;
    }
}
