package io.nvmredis.engine.access;

import io.nvmredis.spi.support.Directories;
import io.nvmredis.spi.support.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of users ({@code aclfile}), one line for each. Loading takes all of it or nothing. Saving replaces it by a
 * whole new file: a crash leaves the old one or the new one, and perhaps a temporary file beside it. The caller sees to
 * it that one thread at a time saves.
 */
public final class UserFile {
    private static final Logger LOG = LoggerFactory.getLogger("io.nvmredis.access");

    private final Path file;
    /** The file's name as it was given, for messages. */
    private final String shown;

    public UserFile(Path file, String shown) {
        this.file = file;
        this.shown = shown;
    }

    /** What a load has led to. */
    public record Loaded(List<String> faults, List<User> removed) {
        /** Returns Redis's error for the faults. */
        public String error() {
            boolean isRead = !faults.get(0).startsWith("Error loading ACLs");
            return String.join("", faults)
                    + (isRead
                            ? "WARNING: ACL errors detected, no change to the previously active ACL rules was performed"
                            : "");
        }
    }

    /** Replaces all users by those of the file, unless anything is wrong with it. */
    public Loaded load(Users users) {
        List<String> faults = new ArrayList<>();
        List<UserLine> lines = lines(faults);
        NavigableMap<String, AclUser> read = UserLines.read(lines, users.givesAllChannels(), faults);
        return faults.isEmpty() ? new Loaded(faults, users.replace(read)) : new Loaded(faults, List.of());
    }

    private List<UserLine> lines(List<String> faults) {
        List<UserLine> lines = new ArrayList<>();
        try {
            if (Files.size(file) > Users.MAX_BYTES) {
                throw new IOException("File too large");
            }
            String[] texts = Files.readString(file, StandardCharsets.ISO_8859_1).split("\n", -1);
            for (int i = 0; i < texts.length; i++) {
                String text = texts[i].strip();
                if (!text.isEmpty()) {
                    lines.add(new UserLine(shown + ":" + (i + 1), Arrays.asList(text.split(" ", -1))));
                }
            }
        } catch (IOException e) {
            faults.add("Error loading ACLs, opening file '" + shown + "': " + reason(e));
        }
        return lines;
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "No such file or directory";
        }
        return e instanceof AccessDeniedException ? "Permission denied" : String.valueOf(e.getMessage());
    }

    /** Writes the users to the file. Returns whether they are there, durably; if not, the log says why. */
    public boolean save(Users users) {
        Path temporary = file.resolveSibling(
                file.getFileName() + ".tmp-" + ProcessHandle.current().pid());
        StringBuilder text = new StringBuilder();
        users.lines().forEach(line -> text.append(line).append('\n'));
        try {
            write(temporary, text.toString().getBytes(StandardCharsets.ISO_8859_1));
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Directories.sync(Objects.requireNonNull(file.toAbsolutePath().getParent()));
            return true;
        } catch (IOException e) {
            LOG.warn("the users are not saved in {}: {}", file, e.toString());
            deleteQuietly(temporary);
            return false;
        }
    }

    private static void write(Path temporary, byte[] bytes) throws IOException {
        try (FileChannel channel = PrivateFiles.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    private static void deleteQuietly(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            LOG.warn("{} cannot be deleted: {}", temporary, e.toString());
        }
    }
}
