package io.nvmredis.nvm.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.pmem.DomainProbe;
import io.nvmredis.nvm.pmem.MappedDirectory;
import io.nvmredis.nvm.sim.TestLog;
import io.nvmredis.spi.testkit.TemporaryDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

/** A log of real files against a list. A failure names its seed. */
class LogPropertyTest {
    private static final int SEGMENT_LENGTH = 16 << 10;
    private static final int REOPEN = 0;
    private static final int KILL = 1;
    private static final int COMMIT = 2;

    private TemporaryDirectory temporary;
    private Path directory;

    @BeforeTry
    void makeDirectory() {
        temporary = new TemporaryDirectory("nvm-log");
        directory = temporary.path();
    }

    @AfterTry
    void removeDirectory() {
        temporary.close();
    }

    @Property(tries = 60)
    void shouldKeepWhatAListKeeps(@ForAll @Size(max = 80) List<@IntRange(max = 40_000) Integer> steps) {
        runAgainstAList(DomainProbe.EMULATED, steps);
    }

    @Property(tries = 10)
    void shouldKeepWhatAListKeepsWithMsync(@ForAll @Size(max = 40) List<@IntRange(max = 40_000) Integer> steps) {
        runAgainstAList(DomainProbe.MSYNC, steps);
    }

    private void runAgainstAList(String domain, List<Integer> steps) {
        MappedDirectory files = new MappedDirectory(directory, DomainProbe.choose(domain, directory));
        List<String> model = new ArrayList<>();
        TestLog log = new TestLog(files, SEGMENT_LENGTH);
        for (int step : steps) {
            if (step % 10 == COMMIT) {
                log.log().commit(model.size());
                assertThat(log.log().durableLsn()).isEqualTo(model.size());
            } else if (step % 10 == REOPEN || step % 10 == KILL) {
                // Killed: nothing is closed. What was stored is in the page cache, committed or not.
                if (step % 10 == REOPEN) {
                    log.close();
                }
                log = new TestLog(files, SEGMENT_LENGTH);
                assertThat(log.found()).isEqualTo(model);
                assertThat(log.note()).isNull();
            } else {
                String transaction = Character.toString('a' + step % 26).repeat(step % 7 == 0 ? step : step % 300);
                model.add(transaction);
                assertThat(log.append(transaction)).isEqualTo(model.size());
            }
        }
        log.close();
        try (TestLog last = new TestLog(files, SEGMENT_LENGTH)) {
            assertThat(last.found()).isEqualTo(model);
        }
    }
}
