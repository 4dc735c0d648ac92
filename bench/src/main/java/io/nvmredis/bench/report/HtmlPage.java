package io.nvmredis.bench.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The page: a template with style, charting library, script and data inlined. */
final class HtmlPage {
    private static final String CHARTS = "/META-INF/resources/webjars/echarts/5.3.1/dist/echarts.min.js";

    private final String media;
    private final String json;

    HtmlPage(String media, String json) {
        this.media = media;
        this.json = json;
    }

    String text() throws IOException {
        // Each placeholder is once in the template; the data come last, so that nothing in them is taken for one.
        return resource("report.html")
                .replace("/*STYLE*/", resource("report.css"))
                .replace("/*LIBRARY*/", script(resource(CHARTS)))
                .replace("/*SCRIPT*/", script(resource("report.js")))
                .replace("<!--TITLE-->", escaped(media))
                .replace("/*DATA*/", data(json));
    }

    /** Code in which nothing ends its element. */
    private static String script(String code) {
        return code.replace("</script", "<\\/script").replace("<!--", "<\\!--");
    }

    /** JSON has this character in strings alone, and there it may be written so. */
    static String data(String json) {
        return json.replace("<", "\\u003c");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    private static String resource(String name) throws IOException {
        try (InputStream input = HtmlPage.class.getResourceAsStream(name)) {
            if (input == null) {
                throw new IOException("the program is incomplete: it has no " + name);
            }
            return new String(input.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
