package io.nvmredis.bench.result;

import io.nvmredis.bench.result.CellReport.ArmFigures;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Condenses the samples of one cell. */
public final class Summary {
    private final Map<String, List<Sample>> byArm;

    public Summary(Collection<Sample> samples) {
        byArm = samples.stream().collect(Collectors.groupingBy(Sample::arm, LinkedHashMap::new, Collectors.toList()));
    }

    public Map<String, ArmFigures> figures() {
        Map<String, ArmFigures> figures = new LinkedHashMap<>();
        byArm.forEach((arm, samples) -> figures.put(
                arm,
                new ArmFigures(
                        spread(samples, Sample::perSecond),
                        spread(samples, Sample::p50Micros),
                        spread(samples, Sample::p99Micros),
                        spread(samples, Sample::p999Micros),
                        spread(samples, Sample::longestStallMillis),
                        spread(samples, Sample::cpuMicrosPerOperation),
                        spread(samples, Sample::writtenBytesPerPayloadByte),
                        samples.stream().mapToLong(Sample::unfinishedCount).sum(),
                        spread(samples, Sample::latenessP99Micros))));
        return figures;
    }

    private static Spread spread(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        return Spread.of(samples.stream().map(figure::applyAsDouble).toList());
    }

    /**
     * Throughput of each arm as a part of that of each other, round by round: what disturbs the machine for minutes
     * disturbs both of a pair.
     */
    public Map<String, Map<String, Spread>> ratios() {
        Map<String, Map<String, Spread>> ratios = new LinkedHashMap<>();
        byArm.forEach((arm, samples) -> {
            Map<String, Spread> row = new LinkedHashMap<>();
            byArm.forEach((other, baseline) -> ratios(samples, baseline).ifPresent(spread -> row.put(other, spread)));
            ratios.put(arm, row);
        });
        return ratios;
    }

    private static Optional<Spread> ratios(List<Sample> samples, List<Sample> baseline) {
        List<Double> ratios = new ArrayList<>();
        for (Sample sample : samples) {
            baseline.stream()
                    .filter(other -> other.round() == sample.round())
                    .forEach(other -> ratios.add(sample.perSecond() / other.perSecond()));
        }
        return ratios.isEmpty() ? Optional.empty() : Optional.of(Spread.of(ratios));
    }
}
