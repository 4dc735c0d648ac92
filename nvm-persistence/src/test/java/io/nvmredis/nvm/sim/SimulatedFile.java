package io.nvmredis.nvm.sim;

import io.nvmredis.nvm.pmem.PmemRegion;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** One file: what the processor sees, what the medium has, and the lines on their way from one to the other. */
final class SimulatedFile {
    private static final int LINE = PmemRegion.LINE_LENGTH;
    private static final int PAGE = PmemRegion.PAGE_LENGTH;
    private static final Map<Integer, ArrayDeque<ByteBuffer>> POOL = new HashMap<>();

    private final ByteBuffer live;
    private final byte[] durable;
    /** Whether its length and blocks are durable. */
    private boolean allocated;
    /** Range of the pages that the next drain writes back; empty if the end is 0. */
    private int pagesBegin = Integer.MAX_VALUE;

    private int pagesEnd;
    /** Content of lines that were flushed and not yet drained, by the offset of the line. */
    private final Map<Integer, byte[]> writtenBack = new TreeMap<>();

    SimulatedFile(int length) {
        this.live = buffer(length);
        this.durable = new byte[length];
    }

    /** A file as the medium has it. */
    SimulatedFile(byte[] image) {
        this.live = buffer(image.length);
        live.put(0, image);
        this.durable = image.clone();
        this.allocated = true;
    }

    private static ByteBuffer buffer(int length) {
        ByteBuffer pooled =
                POOL.computeIfAbsent(length, ignored -> new ArrayDeque<>()).poll();
        if (pooled == null) {
            return ByteBuffer.allocateDirect(length);
        }
        return pooled.put(0, new byte[length]);
    }

    /** Gives the memory back; nobody may use the file any more. */
    void release() {
        POOL.get(live.capacity()).add(live);
    }

    int length() {
        return durable.length;
    }

    ByteBuffer live() {
        return live;
    }

    boolean isAllocated() {
        return allocated;
    }

    /** Starts the write-back of the lines of a range. Returns how many of them were clean. */
    int flush(int offset, int length) {
        int clean = 0;
        for (int line = offset / LINE * LINE; line < offset + length; line += LINE) {
            byte[] content = liveLine(line);
            boolean changed = !Arrays.equals(content, 0, LINE, durable, line, line + LINE);
            clean += changed || writtenBack.containsKey(line) ? 0 : 1;
            writtenBack.put(line, content);
        }
        return clean;
    }

    void drain() {
        for (int page = pagesBegin / PAGE * PAGE; page < pagesEnd; page += PAGE) {
            writePage(page);
        }
        pagesBegin = Integer.MAX_VALUE;
        pagesEnd = 0;
        writtenBack.forEach((line, content) -> System.arraycopy(content, 0, durable, line, LINE));
        writtenBack.clear();
    }

    /**
     * Notes that the next drain is to call msync(2): it writes back the pages from the first noted one to the last, as they
     * are then. Returns how many lines of the range were clean.
     */
    int flushPages(int offset, int length) {
        int clean = flush(offset, length);
        writtenBack.clear();
        pagesBegin = Math.min(pagesBegin, offset);
        pagesEnd = Math.max(pagesEnd, offset + length);
        return clean;
    }

    private void writePage(int page) {
        live.get(page, durable, page, Math.min(PAGE, length() - page));
    }

    /** Lets the kernel write back some of the pages that are dirty. */
    void writeBackPages(SplittableRandom random) {
        for (int line = firstDirtyLine(0); line >= 0; line = firstDirtyLine((line / PAGE + 1) * PAGE)) {
            if (random.nextBoolean()) {
                writePage(line / PAGE * PAGE);
            }
        }
    }

    /** As fsync(2): length, blocks and bytes. */
    void sync() {
        allocated = true;
        live.get(0, durable);
    }

    /** Offset of the first line at or behind an offset that the medium does not have, or -1. */
    int firstDirtyLine(int from) {
        for (int line = from / LINE * LINE; line < length(); line += LINE) {
            if (!Arrays.equals(liveLine(line), 0, LINE, durable, line, line + LINE)) {
                return line;
            }
        }
        return -1;
    }

    private byte[] liveLine(int line) {
        byte[] content = new byte[LINE];
        live.get(line, content);
        return content;
    }

    /** What a power cut leaves of it. */
    byte[] image(Medium medium, CrashMode mode, SplittableRandom random) {
        byte[] image = durable.clone();
        if (medium == Medium.PAGES) {
            mixPages(image, mode, random);
            return cutIfNotAllocated(image, random);
        }
        for (int line = firstDirtyLine(0); line >= 0; line = firstDirtyLine(line + LINE)) {
            mode.mix(image, line, liveLine(line), random);
        }
        writtenBack.forEach((line, content) -> mode.mix(image, line, content, random));
        return cutIfNotAllocated(image, random);
    }

    /** Pages arrive as a whole, or are being written when the power goes: then they arrive in part, line by line. */
    private void mixPages(byte[] image, CrashMode mode, SplittableRandom random) {
        for (int line = firstDirtyLine(0); line >= 0; line = firstDirtyLine((line / PAGE + 1) * PAGE)) {
            int page = line / PAGE * PAGE;
            boolean isWhole = random.nextInt(3) > 0;
            boolean arrives = random.nextInt(100) < mode.lineChance();
            for (int at = page; at < Math.min(page + PAGE, length()); at += LINE) {
                CrashMode modeOfLine = isWhole ? (arrives ? CrashMode.EVERYTHING : CrashMode.NOTHING) : mode;
                modeOfLine.mix(image, at, liveLine(at), random);
            }
        }
    }

    private byte[] cutIfNotAllocated(byte[] image, SplittableRandom random) {
        if (allocated) {
            return image;
        }
        int length = random.nextBoolean() ? 0 : random.nextInt(length() / LINE + 1) * LINE;
        return Arrays.copyOf(image, length);
    }
}
