package io.nvmredis.bench.report;

import io.nvmredis.bench.result.ArmReport;
import io.nvmredis.bench.result.BehaviourReport;
import io.nvmredis.bench.result.BenchReport;
import io.nvmredis.bench.result.CellReport;
import io.nvmredis.bench.result.CheckReport;
import io.nvmredis.bench.result.Machine;
import io.nvmredis.bench.result.ReplayReport;
import io.nvmredis.bench.result.RestartReport;
import io.nvmredis.bench.result.Sample;
import io.nvmredis.bench.result.Spread;
import io.nvmredis.bench.result.Summary;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A report with something in every part of it, and texts that would break a page. */
final class SampleReport {
    static final String HOSTILE = "</script><script>throw 'broken'</script><!-- & \"quoted\" 'text' \u2028 \\";

    private static final List<String> ARMS = List.of("none", "aof-everysec", "nvm-aof-emulated", "redis-everysec");

    private SampleReport() {}

    static BenchReport make() {
        List<Sample> closed = samples("set@16x50", 100_000);
        List<Sample> open = samples("set@5000/s", 5_000);
        return new BenchReport(
                "NVM emulated in DRAM (/dev/shm, tmpfs), no latency added; disk at /tmp (ext4)",
                "2026-01-01T00:00:00Z",
                "./nvm-redis bench --arms " + HOSTILE,
                61,
                new Machine(HOSTILE, 2, 24L << 30, "Linux", "Java 17"),
                Map.of("nvm-redis", "0123456"),
                Map.of("rounds", "3"),
                List.of(
                        arm("none", null),
                        arm("aof-everysec", null),
                        arm("nvm-aof-emulated", null),
                        arm("redis-everysec", null),
                        arm("rdb", HOSTILE)),
                List.of(cell("set@16x50", "closed", closed), cell("set@5000/s", "open", open)),
                closed,
                List.of(
                        restart("nvm-aof-emulated", 0.5, 900), restart("nvm-aof-emulated", 1, 910),
                        restart("redis-everysec", 0.5, 2_000), restart("redis-everysec", 1, 4_000)),
                List.of(
                        new BehaviourReport(
                                "aof-everysec", "BGREWRITEAOF", 50, timeline(), 400, 900, 60, 8_000, List.of()),
                        new BehaviourReport(
                                "nvm-aof-emulated", "replay", 50, timeline(), -1, -1, 10, 900, List.of(new double[] {
                                    50, 1 << 20
                                }))),
                List.of(new ReplayReport("nvm-aof-emulated", 1000, Spread.of(700_000, 800_000))),
                List.of(new CheckReport("none", 16, 50, 100_000, 90_000, "redis-benchmark -p 1")),
                List.of(HOSTILE));
    }

    private static ArmReport arm(String name, String failure) {
        return new ArmReport(name, HOSTILE, HOSTILE, "/tmp", "ext4", "write_bytes", failure, 1L << 30, 1L << 29);
    }

    private static List<Sample> samples(String cell, double perSecond) {
        return ARMS.stream()
                .flatMap(arm -> IntStream.rangeClosed(1, 3)
                        .mapToObj(round -> new Sample(
                                arm,
                                cell,
                                round,
                                perSecond * (10 + round + arm.length()) / 10,
                                100,
                                900,
                                5_000,
                                20_000,
                                12,
                                0,
                                80,
                                4.5,
                                arm.equals("none") ? Double.NaN : 1.4,
                                timeline())))
                .toList();
    }

    private static CellReport cell(String name, String kind, List<Sample> samples) {
        Summary summary = new Summary(samples);
        List<double[]> curve = List.of(
                new double[] {0, 20}, new double[] {50, 100}, new double[] {99, 900}, new double[] {100, 20_000});
        Map<String, List<double[]>> curves = Map.of("none", curve, "nvm-aof-emulated", curve);
        return new CellReport(name, "SET, some way", kind, summary.figures(), summary.ratios(), curves);
    }

    private static RestartReport restart(String arm, double gigabytes, double millis) {
        return new RestartReport(arm, gigabytes, 1000, Spread.of(millis, millis + 10), Spread.of(millis + 1));
    }

    private static List<Long> timeline() {
        return List.of(5_000L, 5_100L, 0L, 4_000L, 5_200L, 5_000L);
    }
}
