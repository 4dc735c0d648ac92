package io.nvmredis.network;

import io.nvmredis.engine.KeyPrefetcher;
import io.nvmredis.engine.Session;
import io.nvmredis.engine.catalog.Command;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives the commands of one client one after the other, and decodes some ahead, so that their keys are prefetched together
 * before the commands run. Belongs to the connection's event loop.
 */
final class CommandSource {
    private final InputQueue input;
    private final Session session;
    private final ClientLimits limits;
    private final LoopTurn turn;
    private final Consumer<Command> onDecoded = this::prefetchLater;

    CommandSource(InputQueue input, Session session, ClientLimits limits, LoopTurn turn) {
        this.input = input;
        this.session = session;
        this.limits = limits;
        this.turn = turn;
    }

    /** Decodes some of the commands to be run. Returns how many decoded commands wait. */
    int decodeAhead() {
        return input.decodeAhead(commandsAhead(), limits.waitingBytes(), onDecoded);
    }

    /** Returns how many commands to decode ahead: input behind AUTH is read by other rules than input before it. */
    private int commandsAhead() {
        return session.mustAuthenticate() ? 1 : KeyPrefetcher.CAPACITY;
    }

    private void prefetchLater(Command command) {
        if (!session.mustAuthenticate()) {
            turn.prefetcher().add(session, command);
        }
    }

    /**
     * Returns the next whole command, or null as {@link InputQueue#next} says.
     *
     * @param entered whether the engine has been entered, so that keys can be prefetched
     */
    @Nullable
    Command next(boolean entered) throws ProtocolException {
        if (entered && !input.hasCommands()) {
            decodeAhead();
            turn.prefetcher().prefetch();
        }
        return input.next();
    }
}
