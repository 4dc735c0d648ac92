package io.nvmredis.nvm;

import io.nvmredis.nvm.format.LogFileNames;
import io.nvmredis.nvm.format.SegmentDescriptor;
import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.inspect.NvmInspector;
import io.nvmredis.nvm.pmem.MappedDirectory;
import io.nvmredis.nvm.pmem.UnopenedFile;
import io.nvmredis.spi.DirectoryInspector;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.PersisterSetting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Provider of {@code --persistence nvm-aof}: makes {@link NvmAofPersister}s. */
public final class NvmAofPersisterProvider implements PersisterProvider {
    private static final String FIRST_SEGMENT = LogFileNames.segment(1);

    @Override
    public String name() {
        return "nvm-aof";
    }

    @Override
    public String description() {
        return "an append-only file on non-volatile memory: every acknowledged write is durable";
    }

    @Override
    public List<PersisterSetting> settings() {
        return NvmConfig.SETTINGS;
    }

    @Override
    public Persister create(PersisterConfig config) {
        return new NvmAofPersister(NvmConfig.conclude(config));
    }

    @Override
    public @Nullable Path dataIn(PersisterConfig config) {
        Path directory = config.directory();
        try {
            List<String> names = MappedDirectory.namesIn(directory).stream()
                    .filter(name -> name.equals(LogFileNames.SUPERBLOCK) || LogFileNames.epochOf(name) >= 0)
                    // The superblock first, or a segment if the superblock is lost.
                    .sorted(Comparator.comparing(LogFileNames.SUPERBLOCK::equals)
                            .reversed())
                    .toList();
            return names.isEmpty() || isUnused(directory, names) ? null : directory.resolve(names.get(0));
        } catch (IOException e) {
            // The directory does not exist, or opening it will report the fault.
            return null;
        }
    }

    /** Returns whether these are the files of a log that has never had a transaction, as a first start makes them. */
    private static boolean isUnused(Path directory, List<String> names) throws IOException {
        if (!names.contains(FIRST_SEGMENT)) {
            return false;
        }
        for (String name : names) {
            if (!name.equals(LogFileNames.SUPERBLOCK)
                    && !isUnused(directory.resolve(name), name.equals(FIRST_SEGMENT))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns whether a segment has no records. Records begin in the first segment; the others are spares as long as it
     * has none.
     */
    private static boolean isUnused(Path segment, boolean isFirst) throws IOException {
        try (UnopenedFile file = new UnopenedFile(segment)) {
            return file.longAt(SegmentDescriptor.FRONTIER_LSN_OFFSET) == 0
                    && (!isFirst || file.isZeroFrom(SegmentDescriptor.RECORDS_OFFSET));
        }
    }

    @Override
    public DirectoryInspector inspector(PersisterConfig config) {
        NvmConfig concluded = NvmConfig.conclude(config);
        return new NvmInspector(config.directory(), concluded.domain(), concluded.segmentLength(), TableShape.DEFAULT);
    }
}
