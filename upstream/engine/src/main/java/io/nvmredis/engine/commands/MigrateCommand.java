package io.nvmredis.engine.commands;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.KeyspaceEvent;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.errors.RefusedException;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.keyspace.Watch;
import io.nvmredis.engine.migration.TargetConnection;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * MIGRATE: dumps keys, has another server restore them, and deletes here those that it has restored.
 *
 * <p>A Redis serves nobody while it waits for the other server. Here other commands run meanwhile, so a key may change
 * between its dump and its deletion. Each key is watched, as by WATCH: one that was changed, deleted or stored again is not
 * deleted, and the reply says so. The other server has what the key held when it was dumped.
 *
 * <p>A key is sent when the transactions that made it are durable, because the other server shows it to others.
 */
final class MigrateCommand implements SteppedCommand {
    private static final String CHANGED = "ERR the target instance has the keys, and one of them has changed here"
            + " meanwhile and was not deleted: ";
    private static final String CONNECTING = "IOERR error or timeout connecting to the client";
    private static final String WRITING = "IOERR error or timeout writing to target instance";
    private static final String READING = "IOERR error or timeout reading to target instance";
    /** Bytes of the words and numbers of a RESTORE, with what RESP adds. */
    private static final int RESTORE_BYTES = 128;

    private final CommandEngine engine;
    private final CommandSession session;
    private final List<Slice> parameters;
    private final List<MigratedKey> keys = new ArrayList<>();
    private @Nullable MigrateWords words;
    private @Nullable Database database;
    /** Commands to be sent, which take no more memory than a reply may. */
    private final ByteArrayOutputStream commands = new ByteArrayOutputStream();

    private long lsn;
    private @Nullable String error;

    /** Key that is sent, and what has become of it. Guarded by the engine's lock, but for {@link #isRestored}. */
    private static final class MigratedKey {
        final Slice key;
        final long deadline;

        @Nullable
        Watch watch;

        boolean isChanged;
        /** Whether the other server has it; the worker's alone. */
        boolean isRestored;

        MigratedKey(Slice key, long deadline) {
            this.key = key;
            this.deadline = deadline;
        }
    }

    MigrateCommand(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        this.engine = engine;
        this.session = session;
        this.parameters = parameters;
    }

    @Override
    public @Nullable Slice begin() {
        MigrateWords read = MigrateWords.read(new Arguments(parameters));
        Database source = session.database();
        words = read;
        database = source;
        for (Slice key : read.keys()) {
            add(source, key, read.replaces());
        }
        if (keys.isEmpty()) {
            return Response.simpleString("NOKEY");
        }
        Persister persister = engine.persister();
        lsn = persister.keepsTransactions() ? persister.lastLsn() : 0;
        return null;
    }

    private void add(Database source, Slice key, boolean replaces) {
        // The deadline is read first: a key that expires in between has no value.
        Long deadline = source.getDeadline(key);
        RMDataStructure value = source.getValue(key);
        if (deadline == null || value == null) {
            return;
        }
        byte[] payload = DumpCommands.payload(engine, value);
        long most = engine.guard().limits().maxReplyBytes();
        if (!keys.isEmpty() && commands.size() + (long) payload.length + key.length() + RESTORE_BYTES > most) {
            throw new RefusedException("OOM the keys would take more than " + most + " bytes: migrate fewer at a time");
        }
        long timeToLive = deadline == Entry.NO_DEADLINE
                ? 0
                : Math.max(1, deadline - source.getClock().millis());
        List<byte[]> restore = new ArrayList<>();
        restore.add(ascii("RESTORE"));
        restore.add(RawBytes.of(key));
        restore.add(ascii(Long.toString(timeToLive)));
        restore.add(payload);
        if (replaces) {
            restore.add(ascii("REPLACE"));
        }
        put(restore, commands);
        MigratedKey migrated = new MigratedKey(key, deadline);
        migrated.watch = new Watch(() -> migrated.isChanged = true, source, key);
        source.watch(migrated.watch);
        keys.add(migrated);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static void put(List<byte[]> command, ByteArrayOutputStream target) {
        target.writeBytes(ascii("*" + command.size() + "\r\n"));
        for (byte[] word : command) {
            target.writeBytes(ascii("$" + word.length + "\r\n"));
            target.writeBytes(word);
            target.writeBytes(ascii("\r\n"));
        }
    }

    @Override
    public void work() {
        MigrateWords to = words;
        if (to == null) {
            throw new IllegalStateException("the keys have not been dumped");
        }
        try {
            if (lsn > 0) {
                engine.persister().commit(lsn);
            }
        } catch (PersistenceException e) {
            error = "MISCONF " + e.getMessage();
            return;
        }
        try (TargetConnection target =
                TargetConnection.open(to.host(), to.port(), to.timeoutMillis(), session.output()::isOpen)) {
            exchange(to, target);
        } catch (ConnectException e) {
            // A Redis notices a connection that is refused when it writes to it.
            error = WRITING;
        } catch (IOException e) {
            error = error == null ? CONNECTING : error;
        }
    }

    private void exchange(MigrateWords to, TargetConnection target) {
        try {
            target.send(preamble(to));
            target.send(commands.toByteArray());
        } catch (IOException e) {
            error = WRITING;
            return;
        }
        try {
            boolean isAdmitted = to.credentials().isEmpty() || isGranted(target.receiveLine());
            isAdmitted &= isGranted(target.receiveLine());
            for (MigratedKey each : keys) {
                each.isRestored = isGranted(target.receiveLine()) && isAdmitted;
            }
        } catch (IOException e) {
            error = error == null ? READING : error;
        }
    }

    /** Returns the commands before the keys: AUTH, if there is a password, and SELECT. */
    private static byte[] preamble(MigrateWords to) {
        ByteArrayOutputStream preamble = new ByteArrayOutputStream();
        if (!to.credentials().isEmpty()) {
            List<byte[]> auth = new ArrayList<>(List.of(ascii("AUTH")));
            to.credentials().forEach(word -> auth.add(RawBytes.of(word)));
            put(auth, preamble);
        }
        put(List.of(ascii("SELECT"), ascii(Long.toString(to.database()))), preamble);
        return preamble.toByteArray();
    }

    /** Tells whether a line says that all went well; keeps the first that does not. */
    private boolean isGranted(String line) {
        boolean isGranted = line.equals("+OK");
        if (!isGranted && error == null) {
            error = "ERR Target instance replied with error: " + (line.startsWith("-") ? line.substring(1) : line);
        }
        return isGranted;
    }

    @Override
    public Slice end() {
        MigrateWords to = words;
        Database source = database;
        if (to != null && source != null && !to.copies()) {
            keys.stream().filter(each -> each.isRestored).forEach(each -> delete(source, each));
        }
        return error == null ? Response.OK : Response.error(error);
    }

    private void delete(Database source, MigratedKey migrated) {
        boolean hasExpired = migrated.deadline != Entry.NO_DEADLINE
                && migrated.deadline <= source.getClock().millis();
        if (hasExpired) {
            // The other server has it with the same deadline.
            return;
        }
        if (migrated.isChanged) {
            error = error == null ? CHANGED + migrated.key : error;
            return;
        }
        source.deleteValue(migrated.key);
        source.notifyKeyspaceEvent(KeyspaceEvent.DEL, migrated.key);
    }

    @Override
    public void release() {
        for (MigratedKey each : keys) {
            Watch watch = each.watch;
            if (watch != null) {
                watch.end();
                each.watch = null;
            }
        }
    }
}
