package io.nvmredis.engine.geo;

/**
 * Place on the earth.
 *
 * @param longitude in degrees
 * @param latitude in degrees
 */
public record GeoPoint(double longitude, double latitude) {
    public static final double MAX_LONGITUDE = 180;
    public static final double MAX_LATITUDE = 85.05112878;

    static final double EARTH_RADIUS_METERS = 6372797.560856;
    private static final double RADIANS_PER_DEGREE = Math.PI / 180;

    static double radians(double degrees) {
        return degrees * RADIANS_PER_DEGREE;
    }

    static double degrees(double radians) {
        return radians / RADIANS_PER_DEGREE;
    }

    /** Tells whether a score can say where this place is: the poles are too far north and south for it. */
    public boolean isOnMap() {
        return Math.abs(longitude) <= MAX_LONGITUDE && Math.abs(latitude) <= MAX_LATITUDE;
    }

    /** Returns the great-circle distance to another place. */
    public double metersTo(GeoPoint other) {
        double sineOfLongitude = Math.sin((radians(other.longitude) - radians(longitude)) / 2);
        if (sineOfLongitude == 0) {
            return metersInLatitude(other);
        }
        double here = radians(latitude);
        double there = radians(other.latitude);
        double sineOfLatitude = Math.sin((there - here) / 2);
        double haversine =
                sineOfLatitude * sineOfLatitude + Math.cos(here) * Math.cos(there) * sineOfLongitude * sineOfLongitude;
        return 2 * EARTH_RADIUS_METERS * Math.asin(Math.sqrt(haversine));
    }

    /** Returns how far north or south of this place another one is. */
    double metersInLatitude(GeoPoint other) {
        return EARTH_RADIUS_METERS * Math.abs(radians(other.latitude) - radians(latitude));
    }

    /** Returns the place at this one's latitude and another one's longitude. */
    GeoPoint atLongitudeOf(GeoPoint other) {
        return new GeoPoint(other.longitude, latitude);
    }
}
