package io.nvmredis.transfer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A Redis that a replica connects to: says of its data set that it is so long, and ends where it wants to. */
class FakeMaster implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final String dataSet;
    private final int announcedLength;
    private final String replicationInfo;
    final AtomicInteger syncCount = new AtomicInteger();
    /** What replicas and others have sent, in lower case. */
    final Queue<String> received = new ConcurrentLinkedQueue<>();

    FakeMaster(String dataSet, int announcedLength, String replicationInfo) throws IOException {
        this.dataSet = dataSet;
        this.announcedLength = announcedLength;
        this.replicationInfo = replicationInfo;
        start(this::accept);
    }

    private static void start(Runnable action) {
        Thread thread = new Thread(action, "fake-master");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                start(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                BufferedReader input = new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1))) {
            OutputStream output = client.getOutputStream();
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                StringBuilder command = new StringBuilder();
                for (int left = Integer.parseInt(line.substring(1)); left > 0; left--) {
                    input.readLine();
                    command.append(input.readLine()).append(' ');
                }
                String sent = command.toString().strip().toLowerCase(Locale.ROOT);
                received.add(sent);
                if (!answer(sent, output)) {
                    return;
                }
            }
        } catch (IOException e) {
            // The client has gone.
        }
    }

    private boolean answer(String command, OutputStream output) throws IOException {
        if (command.startsWith("psync")) {
            return sync(output);
        }
        if (command.startsWith("replconf ack")) {
            return true;
        }
        String info = command.startsWith("info server") ? "redis_version:7.0.15\r\n" : replicationInfo();
        String reply = command.startsWith("info")
                ? "$" + info.length() + "\r\n" + info + "\r\n"
                : command.startsWith("ping") ? "+PONG\r\n" : "+OK\r\n";
        output.write(reply.getBytes(ISO_8859_1));
        output.flush();
        return true;
    }

    String replicationInfo() {
        return replicationInfo;
    }

    /** Whether the connection is to stay. */
    boolean sync(OutputStream output) throws IOException {
        sendDataSet(output, 100);
        syncCount.incrementAndGet();
        return dataSet.length() == announcedLength;
    }

    final void sendDataSet(OutputStream output, long offset) throws IOException {
        output.write(("+FULLRESYNC " + "0".repeat(40) + " " + offset + "\r\n$" + announcedLength + "\r\n" + dataSet)
                .getBytes(ISO_8859_1));
        output.flush();
    }

    int port() {
        return socket.getLocalPort();
    }

    String address() {
        return "redis://127.0.0.1:" + port();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** The words of this line as a command. */
    static String resp(String line) {
        StringBuilder text = new StringBuilder();
        String[] words = line.split(" ", -1);
        text.append('*').append(words.length).append("\r\n");
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return text.toString();
    }
}
