package io.nvmredis.network;

import io.netty.channel.socket.SocketChannel;

/** Ends the output of a channel, once all has been sent: what the other side is told depends on how it is spoken to. */
interface OutputEnd {
    /** Ends it. Returns at once; belongs to the channel's event loop. */
    void end(SocketChannel channel);
}
