package io.nvmredis.nvm;

import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.pmem.DomainProbe;
import io.nvmredis.nvm.pmem.Emulation;
import io.nvmredis.nvm.pmem.PmemRegion;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.PersisterSetting;
import io.nvmredis.spi.support.SettingReader;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Settings of the persister, validated.
 *
 * @param directory directory of the files
 * @param domain one of {@link DomainProbe#CHOICES}
 * @param segmentLength length of new log segments, in bytes
 * @param backlogLimitBytes bytes of log not yet applied above which writers wait
 * @param capacityBytes most bytes that the table may take, {@link Long#MAX_VALUE} for no limit
 * @param emulation delays that the {@code emulated} domain adds to ordinary memory
 */
record NvmConfig(
        Path directory,
        String domain,
        int segmentLength,
        long backlogLimitBytes,
        long capacityBytes,
        Emulation emulation) {
    static final PersisterSetting DOMAIN = new PersisterSetting(
            "nvm-domain",
            DomainProbe.AUTO,
            "how writes are made durable: auto, libpmem, map-sync, msync or emulated (survives no power loss)");
    static final PersisterSetting SEGMENT_SIZE = new PersisterSetting(
            "nvm-segment-size", "64mb", "size of a log segment, from 1mb to 1gb; two are allocated at the start");
    static final PersisterSetting BACKLOG_LIMIT = new PersisterSetting(
            "nvm-backlog-limit",
            "256mb",
            "log that may wait to be applied before writing commands have to wait, from 1mb to 64gb");
    static final PersisterSetting CAPACITY = new PersisterSetting(
            "nvm-capacity",
            "0",
            "space for the data, from 64mb, the log not counted; commands that add data fail beyond it; 0: all there"
                    + " is");
    static final PersisterSetting EMULATE_LATENCY = new PersisterSetting(
            "nvm-emulate-latency-ns",
            "0",
            "nanoseconds that the domain emulated adds to each wait for the medium, to 1000000, for measurements");
    static final PersisterSetting EMULATE_BANDWIDTH = new PersisterSetting(
            "nvm-emulate-bandwidth",
            "0",
            "bytes a second that the domain emulated writes back, from 1mb, for measurements; 0: no limit");
    static final List<PersisterSetting> SETTINGS =
            List.of(DOMAIN, SEGMENT_SIZE, BACKLOG_LIMIT, CAPACITY, EMULATE_LATENCY, EMULATE_BANDWIDTH);

    private static final long MAX_EMULATED_LATENCY_NANOS = 1_000_000;
    private static final long MIN_EMULATED_BANDWIDTH = 1L << 20;

    private static final long MIN_BACKLOG_LIMIT = 1L << 20;
    private static final long MAX_BACKLOG_LIMIT = 64L << 30;
    private static final long MIN_CAPACITY = 64L << 20;
    private static final long MAX_CAPACITY = 1L << 50;
    /**
     * Divisor of the capacity that gives the largest backlog; the space that the backlog may need in the table is kept
     * free.
     */
    private static final int BACKLOG_PART = 16;
    /**
     * Divisor of the JVM's heap that gives the largest backlog: changed keys stay in memory until they are applied, and
     * take several times their bytes there.
     */
    private static final int BACKLOG_PART_OF_HEAP = 8;

    private static final long MIN_SEGMENT_LENGTH = 1L << 20;
    private static final long MAX_SEGMENT_LENGTH = 1L << 30;
    private static final int SMALLEST_SEGMENT = 64 << 10;
    /** Most segments of a small table: with its segment length, enough for 100 times the space that it was made for. */
    private static final int SEGMENT_LIMIT_OF_SMALL_TABLE = 1 << 13;

    private static final int SMALL_JOURNAL = 512 << 10;
    private static final int SEGMENTS_IN_SMALL_CAPACITY = 64;

    /** Checks every setting and names every fault. */
    static NvmConfig conclude(PersisterConfig config) {
        SettingReader reader = new SettingReader(config);
        config.settings().keySet().stream()
                .filter(name ->
                        SETTINGS.stream().noneMatch(setting -> setting.name().equals(name)))
                .sorted()
                .forEach(name -> reader.add("unknown setting '" + name + "'; nvm-aof has "
                        + SETTINGS.stream().map(PersisterSetting::name).collect(Collectors.joining(", "))));
        String domain = reader.choice(DOMAIN, DomainProbe.CHOICES);
        long segmentLength = reader.size(SEGMENT_SIZE, MIN_SEGMENT_LENGTH, MAX_SEGMENT_LENGTH);
        long backlogLimit = reader.size(BACKLOG_LIMIT, MIN_BACKLOG_LIMIT, MAX_BACKLOG_LIMIT);
        long capacity = reader.sizeOrZero(CAPACITY, MIN_CAPACITY, MAX_CAPACITY);
        if (capacity == 0) {
            capacity = Long.MAX_VALUE;
        }
        Emulation emulation = emulation(reader, domain);
        reader.check();
        long pages = -Math.floorDiv(-segmentLength, (long) PmemRegion.PAGE_LENGTH);
        return new NvmConfig(
                config.directory(),
                domain,
                (int) (pages * PmemRegion.PAGE_LENGTH),
                Math.min(
                        Math.min(backlogLimit, Math.max(MIN_BACKLOG_LIMIT, maxHeapBytes() / BACKLOG_PART_OF_HEAP)),
                        Math.max(MIN_BACKLOG_LIMIT, capacity / BACKLOG_PART)),
                capacity,
                emulation);
    }

    private static long maxHeapBytes() {
        return Runtime.getRuntime().maxMemory();
    }

    private static Emulation emulation(SettingReader reader, String domain) {
        Emulation emulation = new Emulation(
                reader.number(EMULATE_LATENCY, 0, MAX_EMULATED_LATENCY_NANOS),
                reader.sizeOrZero(EMULATE_BANDWIDTH, MIN_EMULATED_BANDWIDTH, MAX_CAPACITY));
        if (!domain.equals(DomainProbe.EMULATED) && !emulation.equals(Emulation.NONE)) {
            reader.add("nvm-emulate-latency-ns and nvm-emulate-bandwidth slow down the domain emulated alone, and"
                    + " nvm-domain is '" + domain + "'; leave them out, or use nvm-domain emulated");
        }
        return emulation;
    }

    /**
     * Returns the sizes of a new table: small files where there is little space, so that the reserve is a small part of
     * it.
     *
     * @param usableBytes free bytes of the file system
     */
    TableShape tableShape(long usableBytes) {
        TableShape usual = TableShape.DEFAULT;
        long part = Long.highestOneBit(Math.min(capacityBytes, usableBytes) / SEGMENTS_IN_SMALL_CAPACITY);
        if (part >= usual.segmentLength()) {
            return usual;
        }
        int length = (int) Math.max(part, SMALLEST_SEGMENT);
        return new TableShape(
                length, Math.min(usual.bucketFileLength(), length), SMALL_JOURNAL, SEGMENT_LIMIT_OF_SMALL_TABLE);
    }

    /**
     * Returns the most bytes of log that may wait to be applied: the space that they may need must also be a small part
     * of all the space.
     *
     * @param spaceBytes bytes that the table has and may get
     */
    long backlogLimitBytes(long spaceBytes) {
        return Math.min(backlogLimitBytes, Math.max(MIN_BACKLOG_LIMIT, spaceBytes / BACKLOG_PART));
    }
}
