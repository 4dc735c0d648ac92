package io.nvmredis.bench.run;

import io.nvmredis.bench.arm.BenchDirectory;
import io.nvmredis.bench.load.DataShape;
import io.nvmredis.bench.result.ReplayReport;
import io.nvmredis.bench.result.Spread;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How fast the log of {@code nvm-aof} is applied to its table while nobody adds to it. */
final class ReplaySection {
    private static final String ARM = "nvm-aof-emulated";
    private static final int TRANSACTION_COUNT = 300_000;

    private final Plan plan;
    private final Path memory;
    private final Map<String, String> settings;
    private final Journal journal;

    /**
     * Replays.
     *
     * @param memory directory in which the files are
     * @param settings of the persister
     */
    ReplaySection(Plan plan, Path memory, Map<String, String> settings, Journal journal) {
        this.plan = plan;
        this.memory = memory;
        this.settings = settings;
        this.journal = journal;
    }

    List<ReplayReport> run() {
        if (!plan.arms().contains(ARM) || plan.behaviourSeconds() == 0) {
            return List.of();
        }
        DataShape keys = plan.keys();
        int count = (int) Math.min(TRANSACTION_COUNT, 3L * keys.keyCount());
        try (BenchDirectory directory = new BenchDirectory(memory.toString());
                ReplayedPersister replay = new ReplayedPersister(directory.path(), keys, settings)) {
            replay.fill();
            replay.run(count);
            List<Double> perSecond = new ArrayList<>();
            for (int round = 0; round < plan.rounds(); round++) {
                perSecond.add(replay.run(count));
            }
            Spread spread = Spread.of(perSecond);
            journal.say("replay  %s  %,.0f SETs/s", ARM, spread.median());
            return List.of(new ReplayReport(ARM, count, spread));
        } catch (IOException | PersistenceException e) {
            journal.note("The speed of the replay was not measured: " + e.getMessage());
            return List.of();
        }
    }
}
