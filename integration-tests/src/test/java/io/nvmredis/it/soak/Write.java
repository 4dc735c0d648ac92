package io.nvmredis.it.soak;

import io.nvmredis.it.kit.RespClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** One command, or several that take effect together. */
record Write(Form form, List<String[]> commands) {
    /** How commands are sent. */
    enum Form {
        SINGLE,
        MULTI,
        SCRIPT
    }

    /** Runs the commands in ARGV, each with the number of its words in front, and returns their replies. */
    private static final String SCRIPT_OF_COMMANDS =
            "local replies, at = {}, 1; while at <= #ARGV do local count = tonumber(ARGV[at]);"
                    + " replies[#replies + 1] = redis.pcall(unpack(ARGV, at + 1, at + count)); at = at + count + 1 end;"
                    + " return replies";

    static Write of(String... command) {
        return new Write(Form.SINGLE, List.<String[]>of(command));
    }

    void send(RespClient client) throws IOException {
        switch (form) {
            case SINGLE -> client.send(commands.get(0));
            case SCRIPT -> client.send(asScript());
            case MULTI -> {
                client.send("MULTI");
                for (String[] command : commands) {
                    client.send(command);
                }
                client.send("EXEC");
            }
        }
    }

    /** The one reply, or the last one, which tells what became of a transaction. */
    Object receive(RespClient client) throws IOException {
        if (form == Form.MULTI) {
            // One that is refused when it is queued makes EXEC an error.
            for (int i = 0; i <= commands.size(); i++) {
                client.receive();
            }
        }
        return client.receive();
    }

    private String[] asScript() {
        List<String> words = new ArrayList<>(List.of("EVAL", SCRIPT_OF_COMMANDS, "0"));
        for (String[] command : commands) {
            words.add(Integer.toString(command.length));
            words.addAll(Arrays.asList(command));
        }
        return words.toArray(String[]::new);
    }

    @Override
    public String toString() {
        return form + " "
                + commands.stream()
                        .map(command -> Text.shorten(String.join(" ", command)))
                        .collect(Collectors.joining("; "));
    }
}
