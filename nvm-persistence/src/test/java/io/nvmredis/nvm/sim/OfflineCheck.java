package io.nvmredis.nvm.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.inspect.DirectoryCheck;
import io.nvmredis.spi.InspectionReport;
import io.nvmredis.spi.LoadingListener;
import java.util.Map;

/** What the offline check says of a simulated directory, which it leaves alone. */
public final class OfflineCheck {
    private static final int SEGMENT_LENGTH = 6144;

    private OfflineCheck() {}

    /** Checks a copy of files. */
    public static InspectionReport of(Map<String, byte[]> files, TableShape shape) {
        SimulatedDisk view = SimulatedDisk.of(files);
        try {
            return new DirectoryCheck(view, SEGMENT_LENGTH, shape, LoadingListener.NONE).run();
        } finally {
            view.release();
        }
    }

    /** Requires that no damage is found in what a crash has left, and that a start with all that is kept is foreseen. */
    static void requireSound(SimulatedDisk image, Medium medium, TableShape shape, long acknowledgedLsn) {
        SimulatedDisk view = SimulatedDisk.of(image.contents(), medium);
        InspectionReport report = new DirectoryCheck(view, SEGMENT_LENGTH, shape, LoadingListener.NONE).run();
        view.release();
        assertThat(report.findings()).as("damage found offline").isEmpty();
        assertThat(report.harmless()).as("damage to garbage found offline").isEmpty();
        assertThat(report.start().refusal()).isNull();
        assertThat(report.start().lastLsn()).isGreaterThanOrEqualTo(acknowledgedLsn);
    }
}
