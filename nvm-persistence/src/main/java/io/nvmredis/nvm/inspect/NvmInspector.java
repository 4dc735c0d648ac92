package io.nvmredis.nvm.inspect;

import io.nvmredis.nvm.format.TableFileNames;
import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.pmem.DirectoryCopy;
import io.nvmredis.nvm.pmem.DomainProbe;
import io.nvmredis.nvm.pmem.MappedDirectory;
import io.nvmredis.nvm.pmem.PersistenceDomain;
import io.nvmredis.nvm.pmem.PrivateDirectory;
import io.nvmredis.nvm.recovery.LogWalk;
import io.nvmredis.nvm.recovery.Recovered;
import io.nvmredis.nvm.recovery.Recovery;
import io.nvmredis.nvm.table.Table;
import io.nvmredis.spi.DirectoryInspector;
import io.nvmredis.spi.DirectoryView;
import io.nvmredis.spi.Figures;
import io.nvmredis.spi.InspectionReport;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.RepairReport;
import io.nvmredis.spi.support.DirectoryLock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Looks into the directory of an {@code nvm-aof} persister. One thread. */
public final class NvmInspector implements DirectoryInspector {
    private final Path path;
    private final String domain;
    private final int segmentLength;
    private final TableShape shape;

    /**
     * Makes an inspector, which has touched nothing yet.
     *
     * @param domain word for the domain with which a repair writes
     * @param segmentLength length of log segments that a start makes
     * @param shape shape of a table that a start makes
     */
    public NvmInspector(Path path, String domain, int segmentLength, TableShape shape) {
        this.path = path;
        this.domain = domain;
        this.segmentLength = segmentLength;
        this.shape = shape;
    }

    @Override
    public InspectionReport check(LoadingListener progress) {
        try (PrivateData data = new PrivateData(path)) {
            return new DirectoryCheck(data.directory(), segmentLength, shape, progress).run();
        }
    }

    @Override
    public void stat(Figures figures) {
        try (PrivateData data = new PrivateData(path)) {
            new DirectoryFigures(data.directory()).tell(figures);
        }
    }

    @Override
    public DirectoryView view() {
        PrivateData data = new PrivateData(path);
        try {
            // Without an index of the backlog, all of it is brought to the table here and now, in memory.
            Recovered recovered = new Recovery(data.directory(), segmentLength, shape, () -> 1)
                    .limitIndex(0)
                    .open(LoadingListener.NONE);
            return new TableView(data, recovered.table(), recovered.log());
        } catch (RuntimeException | Error e) {
            data.close();
            throw e;
        }
    }

    @Override
    public DirectoryView viewUnreplayed() {
        PrivateData data = new PrivateData(path);
        try {
            return new TableView(data, Table.open(data.directory(), shape, Long.MAX_VALUE, () -> 1), null);
        } catch (RuntimeException | Error e) {
            data.close();
            throw e;
        }
    }

    @Override
    public void visitLog(long fromLsn, long toLsn, TransactionVisitor visitor) {
        try (PrivateData data = new PrivateData(path)) {
            PrivateDirectory directory = data.directory();
            new LogWalk().walk(directory, fromLsn, (lsn, bytes, offset, length) -> {
                if (lsn <= toLsn) {
                    visitor.transaction(lsn, bytes, offset, length);
                }
            });
        }
    }

    @Override
    public RepairReport repair(Path copy) {
        return change(copy, DirectoryRepair::repair);
    }

    @Override
    public RepairReport truncate(long lsn, Path copy) {
        return change(copy, repair -> repair.truncate(lsn));
    }

    private RepairReport change(Path copy, Consumer<DirectoryRepair> change) {
        // Says what is wrong without making a lock file where there are no data.
        new PrivateData(path).close();
        MappedDirectory.requireNew(copy);
        List<PrivateDirectory> views = new ArrayList<>();
        DirectoryLock lock = DirectoryLock.take(path, trouble -> {});
        try {
            MappedDirectory directory = new MappedDirectory(path, DomainProbe.choose(domain, path));
            DirectoryRepair repair = new DirectoryRepair(
                    directory,
                    () -> {
                        PrivateDirectory view = new PrivateDirectory(path);
                        views.add(view);
                        return view;
                    },
                    segmentLength,
                    shape,
                    () -> copyTo(copy));
            change.accept(repair);
            return new RepairReport(copy, repair.done(), repair.lost());
        } finally {
            views.forEach(PrivateDirectory::close);
            lock.close();
        }
    }

    private void copyTo(Path copy) {
        PersistenceDomain usual = DomainProbe.choose(DomainProbe.MSYNC, MappedDirectory.makeNew(copy));
        try (PrivateDirectory source = new PrivateDirectory(path)) {
            List<String> names = source.list().stream()
                    .filter(PrivateData::isOurs)
                    // A start deletes what a crash has left unfinished.
                    .filter(name -> !TableFileNames.isUnfinished(name))
                    .toList();
            DirectoryCopy.copy(source, new MappedDirectory(copy, usual), names);
        }
    }
}
