package io.nvmredis.metrics;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.IdleStateEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the first request of a connection, and closes it: whoever sends many at once and reads none would otherwise have
 * a page for each wait in memory.
 */
final class PageHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final String PLAIN = "text/plain; charset=utf-8";
    private static final String TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text";
    private static final String OPEN_METRICS_FORMAT = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    private static final Logger LOG = LoggerFactory.getLogger(PageHandler.class);

    private final PrometheusPage page;
    private boolean isAnswered;

    PageHandler(PrometheusPage page) {
        this.page = page;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (isAnswered) {
            return;
        }
        isAnswered = true;
        FullHttpResponse response = answer(request);
        HttpUtil.setContentLength(response, response.content().readableBytes());
        if (request.method().equals(HttpMethod.HEAD)) {
            response.content().clear();
        }
        HttpUtil.setKeepAlive(response, false);
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    private FullHttpResponse answer(FullHttpRequest request) {
        if (!request.decoderResult().isSuccess()) {
            return response(HttpResponseStatus.BAD_REQUEST, PLAIN, "this is no request of HTTP\n");
        }
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            FullHttpResponse refused =
                    response(HttpResponseStatus.METHOD_NOT_ALLOWED, PLAIN, "there is nothing but GET and HEAD\n");
            refused.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
            return refused;
        }
        if (!new QueryStringDecoder(request.uri()).path().equals("/metrics")) {
            return response(HttpResponseStatus.NOT_FOUND, PLAIN, "the metrics are at /metrics\n");
        }
        String accepted = request.headers().get(HttpHeaderNames.ACCEPT, "");
        String format = accepted.contains(OPEN_METRICS) ? OPEN_METRICS_FORMAT : TEXT_FORMAT;
        return response(HttpResponseStatus.OK, format, page.read(format));
    }

    private static FullHttpResponse response(HttpResponseStatus status, String format, String text) {
        ByteBuf content = ByteBufUtil.writeUtf8(Unpooled.EMPTY_BUFFER.alloc(), text);
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, content);
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, format);
        return response;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Nobody waits for the end of the connection.
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent) {
            context.close();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // As above.
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("a reader of metrics is disconnected", cause);
        context.close();
    }
}
