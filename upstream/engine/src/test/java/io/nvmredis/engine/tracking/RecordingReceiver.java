package io.nvmredis.engine.tracking;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A connection of RESP3 that keeps what it is told. */
final class RecordingReceiver implements Receiver {
    private final long id;
    /** The keys of each message, or "all". */
    final List<String> told = new ArrayList<>();

    RecordingReceiver(long id) {
        this.id = id;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public boolean isResp3() {
        return true;
    }

    @Override
    public boolean isSubscriber() {
        return false;
    }

    @Override
    public void tell(byte[] message, boolean isOwn) {
        String text = new String(message, StandardCharsets.ISO_8859_1);
        if (text.contains("redir-broken")) {
            told.add("broken");
        } else if (text.endsWith("_\r\n")) {
            told.add("all");
        } else {
            String[] lines = text.split("\r\n", -1);
            List<String> keys = new ArrayList<>();
            for (int i = 5; i < lines.length; i += 2) {
                keys.add(lines[i]);
            }
            told.add(String.join(" ", keys));
        }
    }
}
