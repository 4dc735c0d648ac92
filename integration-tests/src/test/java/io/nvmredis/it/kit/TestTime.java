package io.nvmredis.it.kit;

/** How long tests go on that could go on for ever. */
public final class TestTime {
    private TestTime() {}

    /** What this system property says, or so many seconds, or more where all is tested ({@code CI}) on the fork build. */
    public static int seconds(String property, int usual, int onCi) {
        boolean isThorough = System.getenv("CI") != null && !"pristine".equals(System.getProperty("upstream.build"));
        return Integer.getInteger(property, isThorough ? onCi : usual);
    }
}
