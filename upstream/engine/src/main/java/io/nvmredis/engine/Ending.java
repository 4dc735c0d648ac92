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

/** Ends an engine: keeps further commands from running, and has the persister do its work for shutdown. */
final class Ending {
    private static final Logger LOG = LoggerFactory.getLogger(Ending.class);

    /** Milliseconds that a running command, most of all a script, is given to end when the server has to end. */
    private static final long END_PATIENCE_MILLIS = 5_000;
    /** Milliseconds that a command is given to end after a script has been killed, and in {@link #begin}. */
    private static final long KILL_PATIENCE_MILLIS = 2_000;

    private final Persister persister;
    private final ServerContext context;
    private final Loading loading;
    private final EngineGate gate;
    private final Recorder recorder;
    private final Scripts scripts;

    /** Whether the engine has stopped running commands. */
    private volatile boolean hasBegun;
    /** Whether long actions may go on, because the end has not been asked for yet. */
    private volatile boolean mayDawdle = true;
    /** Whether the persister is doing its work for shutdown. */
    private volatile boolean isSaving;
    /** The work for shutdown that the persister has still to do; null when it is done. */
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

    /** Tells whether the engine has stopped running commands. Any thread may call this. */
    boolean hasBegun() {
        return hasBegun;
    }

    /** Tells whether long actions may go on, because the end has not been asked for yet. Any thread may call this. */
    boolean mayDawdle() {
        return mayDawdle;
    }

    /** Chooses what the persister will do for shutdown. */
    void saveThen(ShutdownSave save) {
        endSave = save;
    }

    /** Does what {@link io.nvmredis.engine.core.CommandEngine#prepareEnd} says. */
    void prepare(ShutdownSave save) {
        Saver saver = context.saver();
        if (save == ShutdownSave.SAVE && persister.saver() == null && saver != null) {
            saver.save();
        }
        save(save);
        endSave = null;
        hasBegun = true;
    }

    /** Does what {@link Engine#prepareEnd()} says. */
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

    /** Waits until no command runs. The thread holds the gate alone when this method returns. */
    private void awaitSilence() {
        if (gate.awaitAlone(END_PATIENCE_MILLIS)) {
            return;
        }
        killScript();
        if (!gate.awaitAlone(KILL_PATIENCE_MILLIS)) {
            throw new UnendingCommandException();
        }
    }

    /** Does what {@link Engine#killScript} says. */
    void killScript() {
        if (scripts.isRunning()) {
            LOG.warn("a script does not end, and the server is to: it is killed, and nothing that it has done is kept");
            recorder.giveUp();
            scripts.endNow();
        }
    }

    /** Tells whether the persister is saving data for shutdown, which may take any time. Any thread may call this. */
    boolean isSaving() {
        return isSaving;
    }

    /** Does what {@link Engine#shutDown} says. */
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
     * Keeps commands from running from now on, and returns when none runs.
     *
     * @throws UnendingCommandException if a running command does not end
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
