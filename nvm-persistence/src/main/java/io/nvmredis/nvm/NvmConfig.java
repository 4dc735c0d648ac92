package io.nvmredis.nvm;

import io.nvmredis.nvm.pmem.DomainProbe;
import io.nvmredis.nvm.pmem.PmemRegion;
import io.nvmredis.spi.ConfigurationException;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.PersisterSetting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings, validated.
 *
 * @param directory where the files are
 * @param domain one of {@link DomainProbe#CHOICES}
 * @param segmentLength of new segments, in bytes
 */
record NvmConfig(Path directory, String domain, int segmentLength) {
    static final PersisterSetting DOMAIN = new PersisterSetting(
            "nvm-domain",
            DomainProbe.AUTO,
            "how writes are made durable: auto, libpmem, map-sync, msync or emulated (survives no power loss)");
    static final PersisterSetting SEGMENT_SIZE = new PersisterSetting(
            "nvm-segment-size", "64mb", "size of a log segment, from 1mb to 1gb; two are allocated at the start");
    static final List<PersisterSetting> SETTINGS = List.of(DOMAIN, SEGMENT_SIZE);

    private static final long MIN_SEGMENT_LENGTH = 1L << 20;
    private static final long MAX_SEGMENT_LENGTH = 1L << 30;
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([a-z]{0,2})");
    /** As redis.conf has them. */
    private static final Map<String, Long> UNITS = Map.of(
            "",
            1L,
            "b",
            1L,
            "k",
            1_000L,
            "kb",
            1L << 10,
            "m",
            1_000_000L,
            "mb",
            1L << 20,
            "g",
            1_000_000_000L,
            "gb",
            1L << 30);

    /** Checks every setting and names every fault. */
    static NvmConfig conclude(PersisterConfig config) {
        List<String> faults = new ArrayList<>();
        config.settings().keySet().stream()
                .filter(name ->
                        SETTINGS.stream().noneMatch(setting -> setting.name().equals(name)))
                .sorted()
                .forEach(name ->
                        faults.add("unknown setting '" + name + "'; nvm-aof has nvm-domain and nvm-segment-size"));
        String domain = config.value(DOMAIN).toLowerCase(Locale.ROOT);
        if (!DomainProbe.CHOICES.contains(domain)) {
            faults.add("nvm-domain '" + config.value(DOMAIN) + "' is unknown; use one of "
                    + String.join(", ", DomainProbe.CHOICES));
        }
        long segmentLength = parseSize(config.value(SEGMENT_SIZE));
        if (segmentLength < MIN_SEGMENT_LENGTH || segmentLength > MAX_SEGMENT_LENGTH) {
            faults.add("nvm-segment-size '" + config.value(SEGMENT_SIZE)
                    + "' is not a size from 1mb to 1gb, such as 64mb");
        }
        if (!faults.isEmpty()) {
            throw new ConfigurationException(faults);
        }
        long pages = -Math.floorDiv(-segmentLength, (long) PmemRegion.PAGE_LENGTH);
        return new NvmConfig(config.directory(), domain, (int) (pages * PmemRegion.PAGE_LENGTH));
    }

    /** Bytes, or -1 if it is no size. */
    private static long parseSize(String text) {
        Matcher matcher = SIZE.matcher(text.trim().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return -1;
        }
        Long unit = UNITS.get(matcher.group(2));
        long count = Long.parseLong(matcher.group(1));
        return unit == null || count > MAX_SEGMENT_LENGTH ? -1 : count * unit;
    }
}
