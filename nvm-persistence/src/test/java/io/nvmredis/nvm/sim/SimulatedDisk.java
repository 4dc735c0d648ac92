package io.nvmredis.nvm.sim;

import io.nvmredis.nvm.pmem.LineFlusher;
import io.nvmredis.nvm.pmem.NoSpaceException;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PersistenceDomain;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.pmem.PmemRegion;
import io.nvmredis.nvm.sim.Omission.Step;
import io.nvmredis.spi.errors.PersistenceException;
import java.nio.channels.FileChannel.MapMode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The domain {@code simulated}: a directory that can lose power at any moment.
 *
 * <p>Names, too, are live or durable. Changes of names that were not synced survive in any combination, each by itself
 * whole, which is more than a journalling file system may do.
 */
public final class SimulatedDisk implements PmemDirectory {
    private final Map<String, SimulatedFile> names = new TreeMap<>();
    private final Map<String, SimulatedFile> durableNames = new TreeMap<>();
    private final List<Consumer<Map<String, SimulatedFile>>> unsyncedChanges = new ArrayList<>();
    private final Map<PersistSite, Integer> cleanFlushes = new EnumMap<>(PersistSite.class);
    private final Map<PersistSite, Integer> persistCounts = new EnumMap<>(PersistSite.class);
    private Omission omission = Omission.NONE;
    private Runnable observer = () -> {};
    private final Medium medium;
    /** What is being made durable, or was last. */
    private PersistSite site = PersistSite.RECOVERED_NAMES;

    private long capacityBytes = Long.MAX_VALUE;
    /** The process that used it has been killed: nothing it still tries has any effect. */
    private boolean dead;

    public SimulatedDisk() {
        this(Medium.LINES);
    }

    public SimulatedDisk(Medium medium) {
        this.medium = medium;
    }

    /** What is being made durable, for the observer. */
    public PersistSite site() {
        return site;
    }

    /** Lets the kernel write back some pages that nobody has flushed. */
    public void writeBackPages(SplittableRandom random) {
        names.values().forEach(file -> file.writeBackPages(random));
    }

    /** Called before and after everything that makes something durable. */
    public void observe(Runnable newObserver) {
        observer = newObserver;
    }

    public void omit(Omission newOmission) {
        omission = newOmission;
    }

    public void limit(long newCapacityBytes) {
        capacityBytes = newCapacityBytes;
    }

    @Override
    public List<String> list() {
        return List.copyOf(names.keySet());
    }

    @Override
    public String pathOf(String name) {
        return "simulated/" + name;
    }

    @Override
    public long length(String name) {
        return file(name).length();
    }

    @Override
    public PmemRegion create(String name, int length) {
        if (names.containsKey(name)) {
            throw new PersistenceException(name + " exists already");
        }
        if (length > usableBytes()) {
            throw new NoSpaceException(pathOf(name), length, usableBytes(), null);
        }
        SimulatedFile file = new SimulatedFile(length);
        change(map -> map.put(name, file));
        return region(name, file);
    }

    @Override
    public PmemRegion open(String name) {
        return region(name, file(name));
    }

    private PmemRegion region(String name, SimulatedFile file) {
        return new PmemRegion(pathOf(name), file.live(), 0, new Flusher(file), () -> {});
    }

    private SimulatedFile file(String name) {
        SimulatedFile file = names.get(name);
        if (file == null) {
            throw new PersistenceException(name + " does not exist");
        }
        return file;
    }

    /** The process is killed: whatever it does from here on fails, until another begins with {@link #revive}. */
    public void kill() {
        dead = true;
    }

    public void revive() {
        dead = false;
    }

    /** Whether there is a file under a name that a power cut may take from it. */
    public boolean hasUnsyncedNames() {
        return names.entrySet().stream().anyMatch(name -> durableNames.get(name.getKey()) != name.getValue());
    }

    private void requireAlive() {
        if (dead) {
            throw new IllegalStateException("killed");
        }
    }

    private void change(Consumer<Map<String, SimulatedFile>> change) {
        requireAlive();
        change.accept(names);
        unsyncedChanges.add(change);
    }

    @Override
    public void syncFile(PersistSite site, String name) {
        around(site, Step.FLUSH, () -> file(name).sync());
    }

    @Override
    public void rename(String from, String to) {
        if (names.containsKey(to)) {
            throw new PersistenceException(to + " exists already");
        }
        replace(from, to);
    }

    @Override
    public void replace(String from, String to) {
        SimulatedFile file = file(from);
        change(map -> {
            map.remove(from, file);
            map.put(to, file);
        });
    }

    @Override
    public void delete(String name) {
        SimulatedFile file = names.get(name);
        if (file != null) {
            change(map -> map.remove(name, file));
        }
    }

    @Override
    public void sync(PersistSite site) {
        around(site, Step.FLUSH, () -> {
            durableNames.clear();
            durableNames.putAll(names);
            unsyncedChanges.clear();
        });
    }

    @Override
    public long usableBytes() {
        return capacityBytes
                - names.values().stream().mapToLong(SimulatedFile::length).sum();
    }

    @Override
    public PersistenceDomain domain() {
        return new PersistenceDomain(
                "simulated", true, medium == Medium.LINES, "a test", MapMode.READ_WRITE, new Flusher(null));
    }

    private void around(PersistSite newSite, Step step, Runnable persist) {
        requireAlive();
        site = newSite;
        persistCounts.merge(newSite, 1, Integer::sum);
        observer.run();
        if (!omission.covers(newSite, step)) {
            persist.run();
        }
        site = newSite;
        observer.run();
    }

    /** A disk as a power cut at this moment could leave it. This one goes on undisturbed. */
    public SimulatedDisk crash(CrashMode mode, SplittableRandom random) {
        Map<String, SimulatedFile> left = new TreeMap<>(durableNames);
        for (Consumer<Map<String, SimulatedFile>> change : unsyncedChanges) {
            if (mode.equals(CrashMode.EVERYTHING) || (!mode.equals(CrashMode.NOTHING) && random.nextBoolean())) {
                change.accept(left);
            }
        }
        SimulatedDisk image = new SimulatedDisk(medium);
        left.forEach((name, file) -> image.put(name, file.image(medium, modeOfFile(mode, random), random)));
        image.omit(omission);
        return image;
    }

    /** Some files arrive whole and others not at all, or a lost record with a whole one in the next file were rare. */
    private static CrashMode modeOfFile(CrashMode mode, SplittableRandom random) {
        boolean fixed = mode.equals(CrashMode.EVERYTHING) || mode.equals(CrashMode.NOTHING);
        if (fixed || random.nextInt(3) > 0) {
            return mode;
        }
        return random.nextBoolean() ? CrashMode.EVERYTHING : CrashMode.NOTHING;
    }

    /** A disk with these files, all of it durable. */
    public static SimulatedDisk of(Map<String, byte[]> files) {
        return of(files, Medium.LINES);
    }

    /** The same on a medium. */
    public static SimulatedDisk of(Map<String, byte[]> files, Medium medium) {
        SimulatedDisk disk = new SimulatedDisk(medium);
        files.forEach(disk::put);
        return disk;
    }

    /** All files as the processor sees them. */
    public Map<String, byte[]> contents() {
        Map<String, byte[]> contents = new TreeMap<>();
        names.keySet().forEach(name -> contents.put(name, content(name)));
        return contents;
    }

    private void put(String name, byte[] content) {
        SimulatedFile file = new SimulatedFile(content);
        names.put(name, file);
        durableNames.put(name, file);
    }

    /** Gives the memory back; nobody may use the disk any more. */
    public void release() {
        Set<SimulatedFile> files = new HashSet<>(names.values());
        files.forEach(SimulatedFile::release);
    }

    /** Changes one byte on the medium, as decay would. */
    public void damage(String name, int offset) {
        byte[] image = content(name);
        image[offset] ^= 0x10;
        put(name, image);
    }

    /** A file as the processor sees it. */
    public byte[] content(String name) {
        SimulatedFile file = file(name);
        byte[] content = new byte[file.length()];
        file.live().get(0, content);
        return content;
    }

    /** What is not durable, from an offset of each file on; empty if all is. */
    public List<String> undurable(int fromOffset) {
        List<String> found = new ArrayList<>();
        names.forEach((name, file) -> {
            int line = file.firstDirtyLine(fromOffset);
            if (line >= 0) {
                found.add(name + " at " + line);
            }
            if (!file.isAllocated() || durableNames.get(name) != file) {
                found.add(name);
            }
        });
        return found;
    }

    /** How many lines were flushed although nothing had been stored to them since the last time. */
    public int cleanFlushes(PersistSite site) {
        return cleanFlushes.getOrDefault(site, 0);
    }

    /** Every site that has persisted something. */
    public Set<PersistSite> visited() {
        return persistCounts.keySet();
    }

    /** How often a site has flushed, drained or synced. */
    public int persistCount(PersistSite site) {
        return persistCounts.getOrDefault(site, 0);
    }

    /** To flush what is not mapped any more would end a real process. */
    private static void requireMapped(PmemRegion region, int offset, int length) {
        if (offset < 0 || length < 0 || offset + length > region.length()) {
            throw new AssertionError(region.path() + ": flush of " + length + " bytes at " + offset);
        }
        if (length > 0) {
            region.getByte(offset);
        }
    }

    private final class Flusher implements LineFlusher {
        private final SimulatedFile file;

        Flusher(SimulatedFile file) {
            this.file = file;
        }

        @Override
        public void flush(PersistSite site, PmemRegion region, int offset, int length) {
            requireMapped(region, offset, length);
            around(site, Step.FLUSH, () -> {
                int clean = medium == Medium.LINES ? file.flush(offset, length) : file.flushPages(offset, length);
                cleanFlushes.merge(site, clean, Integer::sum);
            });
        }

        @Override
        public void drain(PersistSite site) {
            around(site, Step.DRAIN, () -> names.values().forEach(SimulatedFile::drain));
        }
    }
}
