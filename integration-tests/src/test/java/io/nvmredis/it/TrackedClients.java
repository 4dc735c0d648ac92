package io.nvmredis.it;

import io.nvmredis.it.kit.RespClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Some clients of one server, of which one does something and all tell what they have been sent by then. They are known
 * by their numbers, since their ids differ from server to server.
 */
final class TrackedClients implements AutoCloseable {
    private final List<RespClient> clients = new ArrayList<>();
    private final List<String> ids = new ArrayList<>();
    /** Whether a client has begun a transaction, so that a PING would become a part of it. */
    private final List<Boolean> inTransaction = new ArrayList<>();

    private int pings;

    /** Opens a client for each version of the protocol. */
    TrackedClients(int port, String protocols) throws IOException {
        for (int i = 0; i < protocols.length(); i++) {
            RespClient client = new RespClient(port);
            client.call("HELLO", protocols.substring(i, i + 1));
            clients.add(client);
            ids.add(client.call("CLIENT", "ID").toString());
            inTransaction.add(false);
        }
        clients.get(0).call("FLUSHALL");
    }

    /**
     * Sends a command of a client. "close" ends the client.
     *
     * @param step number of the client and words of the command; {n} stands for the id of another client
     */
    String run(String step) throws IOException {
        int sender = Integer.parseInt(step.substring(0, step.indexOf(' ')));
        String[] words = step.substring(step.indexOf(' ') + 1).split(" ", -1);
        for (int i = 0; i < words.length; i++) {
            if (words[i].matches("\\{[0-9]}")) {
                words[i] = ids.get(words[i].charAt(1) - '0');
            }
        }
        if (words[0].equals("close")) {
            clients.get(sender).close();
            clients.set(sender, null);
            awaitEnd(ids.get(sender));
            return "";
        }
        if (words[0].equals("MULTI")) {
            inTransaction.set(sender, true);
        } else if (words[0].equals("EXEC") || words[0].equals("DISCARD")) {
            inTransaction.set(sender, false);
        }
        clients.get(sender).send(words);
        StringBuilder seen = new StringBuilder(sender + " " + received(sender, true));
        for (int i = 0; i < clients.size(); i++) {
            if (i != sender && clients.get(i) != null) {
                List<String> messages = received(i, false);
                seen.append(messages.isEmpty() ? "" : "\n" + i + " " + messages);
            }
        }
        return seen.toString();
    }

    private void awaitEnd(String id) throws IOException {
        while (((String) clients.get(0).call("CLIENT", "LIST")).matches("(?s)(.*\n)?id=" + id + " .*")) {
            Thread.onSpinWait();
        }
    }

    /**
     * Returns what a client has been sent. The order of messages that follow one another is not told: RENAME, for one,
     * changes two keys in an order of its own.
     */
    private List<String> received(int index, boolean hasSent) throws IOException {
        RespClient client = clients.get(index);
        List<String> all = new ArrayList<>();
        if (hasSent) {
            // The PING comes later: Redis broadcasts when it has run all that has come at one time.
            client.flush();
            do {
                all.add(withNumbers(client.receiveAll()));
            } while (isMessage(all.get(all.size() - 1)));
            Collections.sort(all.subList(0, all.size() - 1));
        }
        if (inTransaction.get(index)) {
            return all;
        }
        String token = "ping" + pings++;
        client.send("PING", token);
        client.flush();
        int messagesFrom = all.size();
        for (String reply = client.receiveAll(); !reply.contains(token); reply = client.receiveAll()) {
            all.add(withNumbers(reply));
            if (!isMessage(reply)) {
                Collections.sort(all.subList(messagesFrom, all.size() - 1));
                messagesFrom = all.size();
            }
        }
        Collections.sort(all.subList(messagesFrom, all.size()));
        return all;
    }

    private static boolean isMessage(String reply) {
        return reply.startsWith(">[") || reply.startsWith("[\"message\", ");
    }

    private String withNumbers(String reply) {
        // Each server has a version and ids of its own.
        String numbered =
                reply.replaceAll("\"version\", \"[0-9.]+\"", "version").replaceAll("\"id\", [0-9]+", "id");
        for (int i = 0; i < ids.size(); i++) {
            numbered = numbered.replace("\"redirect\", " + ids.get(i) + ",", "\"redirect\", {" + i + "},")
                    .replace("\"tracking-redir-broken\", " + ids.get(i) + "]", "broken {" + i + "}");
        }
        return numbered;
    }

    @Override
    public void close() throws IOException {
        for (RespClient client : clients) {
            if (client != null) {
                client.close();
            }
        }
    }
}
