package io.nvmredis.nvm.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PersistenceDomain;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.pmem.PmemRegion;
import io.nvmredis.nvm.sim.SimulatedDisk;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Opening and growing ask for the names in the directory a fixed number of times, however many there are. */
class TableFileCountTest {
    private static final int LISTINGS = 8;

    /** Counts the listings. */
    private static final class CountingDirectory implements PmemDirectory {
        private final PmemDirectory directory;
        private int listCount;

        CountingDirectory(PmemDirectory directory) {
            this.directory = directory;
        }

        @Override
        public List<String> list() {
            listCount++;
            return directory.list();
        }

        @Override
        public String pathOf(String name) {
            return directory.pathOf(name);
        }

        @Override
        public long length(String name) {
            return directory.length(name);
        }

        @Override
        public PmemRegion create(String name, int length) {
            return directory.create(name, length);
        }

        @Override
        public PmemRegion open(String name) {
            return directory.open(name);
        }

        @Override
        public void syncFile(PersistSite site, String name) {
            directory.syncFile(site, name);
        }

        @Override
        public void rename(String from, String to) {
            directory.rename(from, to);
        }

        @Override
        public void replace(String from, String to) {
            directory.replace(from, to);
        }

        @Override
        public void delete(String name) {
            directory.delete(name);
        }

        @Override
        public void sync(PersistSite site) {
            directory.sync(site);
        }

        @Override
        public long usableBytes() {
            return directory.usableBytes();
        }

        @Override
        public PersistenceDomain domain() {
            return directory.domain();
        }
    }

    @Test
    void shouldListTheDirectoryAFewTimesHoweverManyFilesThereAre() {
        CountingDirectory directory = new CountingDirectory(new SimulatedDisk());
        try (TestTable table = new TestTable(directory, TestTable.TINY, Long.MAX_VALUE)) {
            for (int i = 0; i < 2000; i++) {
                table.set("key" + i, "v");
            }
            table.checkpoint();
            TableAudit.of(table.table());
        }
        assertThat(directory.listCount).isLessThanOrEqualTo(LISTINGS);
        assertThat(directory.list()).hasSizeGreaterThan(50);
        directory.listCount = 0;
        try (TestTable table = new TestTable(directory, TestTable.TINY, Long.MAX_VALUE)) {
            assertThat(table.table().count(0)).isEqualTo(2000);
        }
        assertThat(directory.listCount).isLessThanOrEqualTo(LISTINGS);
    }
}
