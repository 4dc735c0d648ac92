package io.nvmredis.engine;

import io.nvmredis.engine.context.ServerContext;
import io.nvmredis.engine.core.Loading;
import io.nvmredis.engine.core.Scripts;
import io.nvmredis.engine.keyspace.Recorder;
import io.nvmredis.spi.DataSetFollower;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.Saver;
import io.nvmredis.spi.ShutdownSave;
import io.nvmredis.spi.errors.PersistenceException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of an engine: what the persister does in it, and that no command runs then. */
final class Ending {
    private static final Logger LOG = LoggerFactory.getLogger(Ending.class);

    /** How long a command, a script above all, is given to end when the server is told to. */
    private static final long END_PATIENCE_MILLIS = 5_000;
    /** And how long one that has been killed. */
    private static final long KILL_PATIENCE_MILLIS = 2_000;

    private final Persister persister;
    private final ServerContext context;
    private final Loading loading;
    private final EngineGate gate;
    private final Recorder recorder;
    private final Scripts scripts;

    /** No command is run any more. */
    private volatile boolean hasBegun;
    /** Nobody has asked for the end yet. */
    private volatile boolean mayDawdle = true;
    /** What the persister does in the end is being done. */
    private volatile boolean isSaving;
    /** What the persister is to do in the end; null when it has done it. */
    private volatile @Nullable ShutdownSave endSave = ShutdownSave.AS_CONFIGURED;

    Ending(
            Persister persister,
            ServerContext context,
            Loading loading,
            EngineGate gate,
            Recorder recorder,
            Scripts scripts) {
        this.persister = persister;
        this.context = context;
        this.loading = loading;
        this.gate = gate;
        this.recorder = recorder;
        this.scripts = scripts;
    }

    /** Whether no command is run any more. Any thread. */
    boolean hasBegun() {
        return hasBegun;
    }

    /** Whether what takes its time may go on: nobody has asked for the end yet. Any thread. */
    boolean mayDawdle() {
        return mayDawdle;
    }

    /** In the end the persister will do this. */
    void saveThen(ShutdownSave save) {
        endSave = save;
    }

    /** As {@link io.nvmredis.engine.core.CommandEngine#prepareEnd}. */
    void prepare(ShutdownSave save) {
        Saver saver = context.saver();
        if (save == ShutdownSave.SAVE && persister.saver() == null && saver != null) {
            saver.save();
        }
        save(save);
        endSave = null;
        hasBegun = true;
    }

    /** As {@link Engine#prepareEnd()}. */
    void prepareSoon() {
        if (!loading.isOver()) {
            return;
        }
        mayDawdle = false;
        gate.scriptArrives();
        try {
            awaitSilence();
            try {
                prepare(ShutdownSave.AS_CONFIGURED);
            } finally {
                gate.alone().unlock();
            }
        } catch (PersistenceException e) {
            mayDawdle = true;
            throw e;
        } finally {
            gate.scriptLeaves();
        }
    }

    /** Has the gate to itself when it returns. */
    private void awaitSilence() {
        if (gate.awaitAlone(END_PATIENCE_MILLIS)) {
            return;
        }
        killScript();
        if (!gate.awaitAlone(KILL_PATIENCE_MILLIS)) {
            throw new UnendingCommandException();
        }
    }

    /** As {@link Engine#killScript}. */
    void killScript() {
        if (scripts.isRunning()) {
            LOG.warn("a script does not end, and the server is to: it is killed, and nothing that it has done is kept");
            recorder.giveUp();
            scripts.endNow();
        }
    }

    /** Whether data are being saved in the end, which takes as long as it takes. Any thread. */
    boolean isSaving() {
        return isSaving;
    }

    /** As {@link Engine#shutDown}. */
    void shutDown() {
        ShutdownSave save = endSave;
        hasBegun = true;
        if (save != null) {
            endSave = null;
            save(save);
        }
    }

    private void save(ShutdownSave save) {
        DataSetFollower follower = persister.follower();
        if (follower == null) {
            return;
        }
        isSaving = true;
        try {
            follower.shutDown(save);
        } finally {
            isSaving = false;
        }
    }

    /**
     * From now on no command is run; returns when none runs.
     *
     * @throws UnendingCommandException if one runs that does not end
     */
    void begin() {
        mayDawdle = false;
        hasBegun = true;
        if (!gate.awaitAlone(KILL_PATIENCE_MILLIS)) {
            throw new UnendingCommandException();
        }
        gate.alone().unlock();
    }
}
