package io.nvmredis.engine.geo;

/**
 * Cell of a grid on the map, whose sides are halved {@code step} times.
 *
 * @param x number of the column, from the west
 * @param y number of the row, from the south
 * @param step number of bits of each; a place on the very east or north edge of the map has one more
 */
public record GeoCell(long x, long y, int step) {
    /** Number of bits of longitude and of latitude in a score. */
    public static final int MAX_STEP = 26;

    /** Greatest latitude of the geohashes that other programs use. */
    private static final double COMMON_MAX_LATITUDE = 90;

    private static final String TEXT_DIGITS = "0123456789bcdefghjkmnpqrstuvwxyz";
    private static final int TEXT_DIGIT_BITS = 5;
    private static final int TEXT_LENGTH = 11;

    /** Returns the cell that a place is in. */
    public static GeoCell of(GeoPoint point, int step) {
        return of(point, step, GeoPoint.MAX_LATITUDE);
    }

    private static GeoCell of(GeoPoint point, int step, double maxLatitude) {
        return new GeoCell(
                index(point.longitude(), GeoPoint.MAX_LONGITUDE, step),
                index(point.latitude(), maxLatitude, step),
                step);
    }

    private static long index(double degrees, double max, int step) {
        return (long) ((degrees + max) / (2 * max) * (1L << step));
    }

    /** Returns the cell for which a score stands. Scores that are no geohashes stand for some cell, too. */
    public static GeoCell ofScore(double score) {
        long bits = bits(score);
        return new GeoCell(everySecondBit(bits >>> 1), everySecondBit(bits), MAX_STEP);
    }

    /** Converts a score to 64 bits as C does on x86-64: beyond the unsigned numbers, infinity is 0. */
    private static long bits(double score) {
        if (score < 0x1p63) {
            return score < -0x1p63 ? Long.MIN_VALUE : (long) score;
        }
        return score < 0x1p64 ? (long) (score - 0x1p63) ^ Long.MIN_VALUE : 0;
    }

    /** Returns the score of a place in this cell, if its step is that of scores, else the lowest score in it. */
    public double score() {
        return score(0);
    }

    /** Returns the score that follows the highest in this cell. */
    public double endScore() {
        return score(1);
    }

    private double score(int cellsFurther) {
        return (bits() + cellsFurther) << (2 * (MAX_STEP - step));
    }

    /** Returns the bits of the numbers of column and row in turn. */
    private long bits() {
        return spread(x) << 1 | spread(y);
    }

    /** Puts a zero before each of the lowest 32 bits. */
    private static long spread(long number) {
        long spread = number & 0xffffffffL;
        spread = (spread | spread << 16) & 0x0000ffff0000ffffL;
        spread = (spread | spread << 8) & 0x00ff00ff00ff00ffL;
        spread = (spread | spread << 4) & 0x0f0f0f0f0f0f0f0fL;
        spread = (spread | spread << 2) & 0x3333333333333333L;
        return (spread | spread << 1) & 0x5555555555555555L;
    }

    private static long everySecondBit(long spread) {
        long number = spread & 0x5555555555555555L;
        number = (number | number >>> 1) & 0x3333333333333333L;
        number = (number | number >>> 2) & 0x0f0f0f0f0f0f0f0fL;
        number = (number | number >>> 4) & 0x00ff00ff00ff00ffL;
        number = (number | number >>> 8) & 0x0000ffff0000ffffL;
        return (number | number >>> 16) & 0xffffffffL;
    }

    /** Returns the cell that is so many columns further east and so many rows further north; the map is round both ways. */
    GeoCell neighbour(int columns, int rows) {
        long mask = (1L << step) - 1;
        return new GeoCell(columns == 0 ? x : x + columns & mask, rows == 0 ? y : y + rows & mask, step);
    }

    double west() {
        return degrees(x, GeoPoint.MAX_LONGITUDE);
    }

    double east() {
        return degrees(x + 1, GeoPoint.MAX_LONGITUDE);
    }

    double south() {
        return degrees(y, GeoPoint.MAX_LATITUDE);
    }

    double north() {
        return degrees(y + 1, GeoPoint.MAX_LATITUDE);
    }

    private double degrees(long index, double max) {
        return -max + (double) index / (1L << step) * (2 * max);
    }

    /** Returns the middle of the cell, which is on the map. */
    public GeoPoint centre() {
        return new GeoPoint(
                limited((west() + east()) / 2, GeoPoint.MAX_LONGITUDE),
                limited((south() + north()) / 2, GeoPoint.MAX_LATITUDE));
    }

    private static double limited(double degrees, double max) {
        return Math.max(-max, Math.min(max, degrees));
    }

    /**
     * Returns the geohash that other programs know, of the middle of the cell. Of its last character no bit is known, and
     * it is 0.
     */
    public String text() {
        long bits = of(centre(), MAX_STEP, COMMON_MAX_LATITUDE).bits();
        StringBuilder text = new StringBuilder(TEXT_LENGTH);
        for (int i = 1; i < TEXT_LENGTH; i++) {
            int digit = (int) (bits >>> (2 * MAX_STEP - i * TEXT_DIGIT_BITS)) & (1 << TEXT_DIGIT_BITS) - 1;
            text.append(TEXT_DIGITS.charAt(digit));
        }
        return text.append(TEXT_DIGITS.charAt(0)).toString();
    }
}
