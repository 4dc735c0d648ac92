package io.nvmredis.it;

import io.nvmredis.it.kit.RespClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/** Attacks a server in one way, again and again, each time on connections of its own. A thread of its own. */
final class HostileClient implements Runnable {
    private static final int TIMEOUT_MILLIS = 3_000;
    private static final int CHUNK = 64 << 10;

    /** One way to attack; done when it returns. */
    interface Attack {
        void run(HostileClient client, Random random) throws IOException;
    }

    private final String name;
    private final int port;
    private final Random random;
    private final AtomicBoolean isOver;
    private final Attack attack;
    /** All that are open: closed by whoever ends the attack. */
    private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
    /** How often replies began like this. Belongs to the thread until that has ended. */
    private final Map<String, Integer> replies = new TreeMap<>();

    private int rounds;
    private int cuts;

    HostileClient(String name, int port, Random random, AtomicBoolean isOver, Attack attack) {
        this.name = name;
        this.port = port;
        this.random = random;
        this.isOver = isOver;
        this.attack = attack;
    }

    String name() {
        return name;
    }

    String report() {
        return name + ": " + rounds + " rounds, " + cuts + " cut short, replies " + replies;
    }

    @Override
    public void run() {
        while (!isOver.get()) {
            rounds++;
            try {
                attack.run(this, random);
            } catch (IOException e) {
                // To be cut off, or not to be answered in time, is what it has deserved.
                cuts++;
            } finally {
                close();
            }
        }
    }

    boolean isOver() {
        return isOver.get();
    }

    Socket connect() throws IOException {
        Socket socket = new Socket();
        open.add(socket);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        return socket;
    }

    /** Reads one chunk of whatever comes, and counts how it begins; returns its first byte. */
    int readSome(Socket socket) throws IOException {
        InputStream input = socket.getInputStream();
        byte[] chunk = new byte[CHUNK];
        int count = input.read(chunk);
        if (count < 0) {
            throw new IOException("closed by the server");
        }
        replies.merge(beginning(chunk, count), 1, Integer::sum);
        int first = chunk[0];
        while (input.available() > 0 && !isOver()) {
            input.skip(input.available());
        }
        return first;
    }

    /** The kind of a reply, with the code of an error. */
    private static String beginning(byte[] chunk, int count) {
        int length = 1;
        while (chunk[0] == '-' && length < count && length < 12 && chunk[length] >= 'A' && chunk[length] <= 'Z') {
            length++;
        }
        return new String(chunk, 0, length, RespClient.BYTES);
    }

    /** Closes what is open. Any thread. */
    void close() {
        for (Socket socket = open.poll(); socket != null; socket = open.poll()) {
            try {
                socket.close();
            } catch (IOException e) {
                cuts++;
            }
        }
    }
}
