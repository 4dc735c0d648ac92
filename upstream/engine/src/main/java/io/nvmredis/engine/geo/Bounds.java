package io.nvmredis.engine.geo;

/**
 * Meridians and parallels between which an area is.
 *
 * @param area the area
 * @param west in degrees, as are the others; it may be beyond the edge of the map
 */
record Bounds(GeoArea area, double west, double south, double east, double north) {
    /** Neighbours of a cell, in the order in which a search looks at them: columns to the east, and rows to the north. */
    static final int[][] WAYS = {{0, 1}, {0, -1}, {1, 0}, {-1, 0}, {1, 1}, {-1, 1}, {1, -1}, {-1, -1}};

    /** Half of the length of the equator on the map. */
    private static final double MAP_METERS = 20037726.37;

    /** Latitudes beyond which meridians are so close to each other that cells have to be twice as wide. */
    private static final double[] NARROW_LATITUDES = {66, 80};

    static Bounds of(GeoArea area) {
        GeoPoint centre = area.centre();
        double height = GeoPoint.degrees(area.halfHeight() / GeoPoint.EARTH_RADIUS_METERS);
        // The side that is nearer to the pole spans more degrees.
        double nearPole = centre.latitude() < 0 ? centre.latitude() - height : centre.latitude() + height;
        double width = GeoPoint.degrees(
                area.halfWidth() / GeoPoint.EARTH_RADIUS_METERS / Math.cos(GeoPoint.radians(nearPole)));
        return new Bounds(
                area,
                centre.longitude() - width,
                centre.latitude() - height,
                centre.longitude() + width,
                centre.latitude() + height);
    }

    /** Returns the step of a grid of which nine cells cover the area in most cases. */
    int step() {
        double meters = area.reach();
        if (meters == 0) {
            return GeoCell.MAX_STEP;
        }
        int step = -1;
        for (; meters < MAP_METERS; meters *= 2) {
            step++;
        }
        for (double latitude : NARROW_LATITUDES) {
            step -= Math.abs(area.centre().latitude()) > latitude ? 1 : 0;
        }
        return Math.max(1, Math.min(GeoCell.MAX_STEP, step));
    }

    boolean areWithinNeighboursOf(GeoCell cell) {
        return cell.neighbour(0, 1).north() >= north
                && cell.neighbour(0, -1).south() <= south
                && cell.neighbour(1, 0).east() >= east
                && cell.neighbour(-1, 0).west() <= west;
    }

    /** Tells whether the bounds go beyond the cell on the way to this neighbour; unknown on the coarsest grid. */
    boolean reach(GeoCell cell, int columns, int rows) {
        if (cell.step() < 2) {
            return true;
        }
        boolean isFarEnoughNorth = rows < 1 || cell.north() <= north;
        boolean isFarEnoughSouth = rows > -1 || cell.south() >= south;
        boolean isFarEnoughEast = columns < 1 || cell.east() <= east;
        boolean isFarEnoughWest = columns > -1 || cell.west() >= west;
        return isFarEnoughNorth && isFarEnoughSouth && isFarEnoughEast && isFarEnoughWest;
    }
}
