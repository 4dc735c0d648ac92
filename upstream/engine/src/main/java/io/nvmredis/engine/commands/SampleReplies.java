package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.bytes.Words;
import java.util.Locale;
import java.util.Map;

/** The replies of DEBUG PROTOCOL, one of each type, with which an author of a client tests how it reads them. */
final class SampleReplies {
    private static final Slice UNKNOWN =
            Response.error("ERR Wrong protocol type name. Please use one of the following: "
                    + "string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false");

    private static final String ZERO_TO_TWO = ":0\r\n:1\r\n:2\r\n";
    private static final String LARGE_NUMBER = "1234567999999999999999999999999999999";
    private static final String VERBATIM = "This is a verbatim\nstring";
    private static final String AFTER_ATTRIBUTE = bulk("Some real reply following the attribute");

    /** A reply in both versions of the protocol. */
    private record Sample(String inResp2, String inResp3) {}

    private static final Map<String, Sample> SAMPLES = Map.ofEntries(
            same("string", bulk("Hello World")),
            same("integer", ":12345\r\n"),
            each("double", bulk("3.141"), ",3.141\r\n"),
            each("bignum", bulk(LARGE_NUMBER), "(" + LARGE_NUMBER + "\r\n"),
            each("null", "$-1\r\n", "_\r\n"),
            same("array", "*3\r\n" + ZERO_TO_TWO),
            each("set", "*3\r\n" + ZERO_TO_TWO, "~3\r\n" + ZERO_TO_TWO),
            each("map", "*6\r\n:0\r\n:0\r\n:1\r\n:1\r\n:2\r\n:0\r\n", "%3\r\n:0\r\n#f\r\n:1\r\n#t\r\n:2\r\n#f\r\n"),
            each(
                    "attrib",
                    AFTER_ATTRIBUTE,
                    "|1\r\n" + bulk("key-popularity") + "*2\r\n" + bulk("key:123") + ":90\r\n" + AFTER_ATTRIBUTE),
            each(
                    "push",
                    "-ERR RESP2 is not supported by this command\r\n",
                    ">2\r\n" + bulk("server-cpu-usage") + ":42\r\n" + bulk("Some real reply following the push reply")),
            each("verbatim", bulk(VERBATIM), "=" + (VERBATIM.length() + 4) + "\r\ntxt:" + VERBATIM + "\r\n"),
            each("true", ":1\r\n", "#t\r\n"),
            each("false", ":0\r\n", "#f\r\n"));

    private SampleReplies() {}

    private static String bulk(String text) {
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }

    private static Map.Entry<String, Sample> same(String type, String reply) {
        return each(type, reply, reply);
    }

    private static Map.Entry<String, Sample> each(String type, String inResp2, String inResp3) {
        return Map.entry(type, new Sample(inResp2, inResp3));
    }

    static Slice of(String type, boolean isResp3) {
        Sample sample = SAMPLES.get(type.toLowerCase(Locale.ROOT));
        return sample == null ? UNKNOWN : Slice.create(Words.bytes(isResp3 ? sample.inResp3() : sample.inResp2()));
    }
}
