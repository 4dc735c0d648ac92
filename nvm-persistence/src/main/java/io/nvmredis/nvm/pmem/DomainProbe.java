package io.nvmredis.nvm.pmem;

import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.support.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import jdk.nio.mapmode.ExtendedMapMode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which persistence domains a directory offers, by trying them on a scratch file.
 *
 * <p>The scratch file is always removed: a refused MAP_SYNC mapping leaves it grown.
 */
public final class DomainProbe {
    private static final Logger LOG = LoggerFactory.getLogger(DomainProbe.class);

    public static final String AUTO = "auto";
    public static final String LIBPMEM = "libpmem";
    public static final String MAP_SYNC = "map-sync";
    public static final String MSYNC = "msync";
    public static final String EMULATED = "emulated";
    /** Domains that a user may ask for. */
    public static final List<String> CHOICES = List.of(AUTO, LIBPMEM, MAP_SYNC, MSYNC, EMULATED);

    private static final String SCRATCH_FILE_NAME = "probe.tmp";
    private static final int SCRATCH_LENGTH = 1 << 20;

    private final Path directory;
    private final Path scratch;

    private DomainProbe(Path directory) {
        this.directory = directory;
        this.scratch = directory.resolve(SCRATCH_FILE_NAME);
    }

    /** Binds the libraries that a domain needs, which takes about 150 ms for the first of them. Any thread. */
    public static void warmUp(String choice) {
        Libc.isBound();
        if (!choice.equals(MAP_SYNC) && !choice.equals(MSYNC)) {
            Libpmem.functions();
        }
    }

    /**
     * Returns the domain asked for, or, for {@code auto}, the best that the directory offers, and never {@code
     * emulated}.
     *
     * @param directory directory that this process has locked
     * @throws PersistenceException if the domain asked for is not available; says why
     */
    public static PersistenceDomain choose(String choice, Path directory) {
        return choose(choice, directory, Emulation.NONE);
    }

    /**
     * Returns the domain asked for, as above.
     *
     * @param emulation delays that {@code emulated} adds to ordinary memory; other domains ignore it
     */
    public static PersistenceDomain choose(String choice, Path directory, Emulation emulation) {
        DomainProbe probe = new DomainProbe(directory);
        return switch (choice) {
            case AUTO -> probe.best();
            case LIBPMEM -> {
                require(choice, directory, probe.whyNotLibpmem());
                yield libpmem();
            }
            case MAP_SYNC -> {
                require(choice, directory, probe.whyNotMapSync());
                yield mapSync();
            }
            case MSYNC -> probe.msync("a write is durable after msync(2), which is slow");
            case EMULATED -> emulated(emulation);
            default -> throw new IllegalArgumentException(choice);
        };
    }

    private static void require(String choice, Path directory, @Nullable String whyNot) {
        if (whyNot != null) {
            throw new PersistenceException("--nvm-domain " + choice + " is not available in " + directory + ": "
                    + whyNot + "; use --nvm-domain auto, or a directory on an ext4 or xfs mounted with -o dax");
        }
    }

    private PersistenceDomain best() {
        String whyNotLibpmem = whyNotLibpmem();
        if (whyNotLibpmem == null) {
            return libpmem();
        }
        String whyNotMapSync = whyNotMapSync();
        if (whyNotMapSync == null) {
            LOG.debug("not libpmem: {}", whyNotLibpmem);
            return mapSync();
        }
        LOG.debug("not libpmem: {}; not map-sync: {}", whyNotLibpmem, whyNotMapSync);
        return msync("not persistent memory; a write is durable after msync(2), which is slow");
    }

    private static PersistenceDomain libpmem() {
        Libpmem.Functions functions = Libpmem.functions();
        if (functions == null) {
            throw new IllegalStateException(Libpmem.missingReason());
        }
        return new PersistenceDomain(
                LIBPMEM,
                true,
                true,
                "persistent memory, mapped with MAP_SYNC; cache lines are written back through libpmem",
                ExtendedMapMode.READ_WRITE_SYNC,
                new LibpmemFlusher(functions));
    }

    private static PersistenceDomain mapSync() {
        return new PersistenceDomain(
                MAP_SYNC,
                true,
                true,
                "persistent memory, mapped with MAP_SYNC; cache lines are written back by the JVM",
                ExtendedMapMode.READ_WRITE_SYNC,
                new ForceFlusher());
    }

    private PersistenceDomain msync(String detail) {
        String volatileType = volatileFileSystem();
        boolean survivesPowerLoss = volatileType == null;
        String said = survivesPowerLoss ? detail : "the directory is on " + volatileType + ", which is ordinary memory";
        return new PersistenceDomain(MSYNC, survivesPowerLoss, false, said, MapMode.READ_WRITE, new MsyncFlusher());
    }

    /** Returns the type of the directory's file system if that is in memory, otherwise null. */
    private @Nullable String volatileFileSystem() {
        try {
            String type = Files.getFileStore(directory).type();
            return type.equals("tmpfs") || type.equals("ramfs") ? type : null;
        } catch (IOException e) {
            throw new PersistenceException("the file system of " + directory + " cannot be told: " + e, e);
        }
    }

    private static PersistenceDomain emulated(Emulation emulation) {
        Libpmem.Functions functions = Libpmem.functions();
        String writeBack = functions != null
                ? "cache lines are written back for real, through libpmem"
                : "cache lines are not written back, so it costs less than persistent memory would ("
                        + Libpmem.missingReason() + ")";
        return new PersistenceDomain(
                EMULATED,
                false,
                true,
                "ordinary memory in place of persistent memory; " + writeBack + "; " + emulation.detail(),
                MapMode.READ_WRITE,
                emulation.slow(functions != null ? new LibpmemFlusher(functions) : new FenceFlusher()));
    }

    /**
     * Returns null if both libpmem and the kernel say that this is persistent memory, otherwise the reason why not.
     * PMEM_IS_PMEM_FORCE deceives only libpmem.
     */
    private @Nullable String whyNotLibpmem() {
        Libpmem.Functions functions = Libpmem.functions();
        if (functions == null) {
            return Libpmem.missingReason();
        }
        try {
            removeScratch();
            String whyNot = Libpmem.whyNotPmem(functions, scratch);
            return whyNot != null ? whyNot : whyNotMapSync();
        } finally {
            removeScratch();
        }
    }

    private @Nullable String whyNotMapSync() {
        removeScratch();
        try (FileChannel channel = PrivateFiles.open(
                scratch, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            Unmapper.unmap(channel.map(ExtendedMapMode.READ_WRITE_SYNC, 0, SCRATCH_LENGTH));
            return null;
        } catch (UnsupportedOperationException e) {
            return "this JVM cannot write cache lines back on this processor";
        } catch (IOException e) {
            return "the file system refuses MAP_SYNC (" + e.getMessage() + ")";
        } finally {
            removeScratch();
        }
    }

    private void removeScratch() {
        try {
            Files.deleteIfExists(scratch);
        } catch (IOException e) {
            throw new PersistenceException("the scratch file " + scratch + " cannot be removed: " + e, e);
        }
    }
}
