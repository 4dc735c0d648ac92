package io.nvmredis.it.soak;

/** Values in messages. */
final class Text {
    private static final int SHOWN = 160;

    private Text() {}

    static String shorten(Object value) {
        String text = String.valueOf(value);
        String beginning =
                text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "... (" + text.length() + " chars)";
        return beginning.replaceAll("[^ -~]", "?");
    }
}
