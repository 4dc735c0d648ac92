package io.nvmredis.engine;

import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.measure.CommandMeter;

/** The client of a slow command, as the slow log shows it. */
final class MeasuredClient implements CommandMeter.Client {
    /** The client of commands that a script calls. */
    static final CommandMeter.Client OF_SCRIPT = new CommandMeter.Client() {
        @Override
        public String address() {
            return "?:0";
        }

        @Override
        public String name() {
            return "";
        }
    };

    private final CommandSession session;

    MeasuredClient(CommandSession session) {
        this.session = session;
    }

    @Override
    public String address() {
        return session.output().figures().address();
    }

    @Override
    public String name() {
        String name = session.state().getClientName();
        return name == null ? "" : name;
    }
}
