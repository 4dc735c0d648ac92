package io.nvmredis.engine.geo;

import java.util.ArrayList;
import java.util.List;

/** Area around a place: a circle, or a box whose sides run along meridians and parallels. */
public sealed interface GeoArea {
    /** Distance that is returned for a place outside. */
    double OUTSIDE = -1;

    GeoPoint centre();

    /** Returns the distance from the centre in metres, or {@link #OUTSIDE}. */
    double metersInside(GeoPoint point);

    /** Returns half of the extent from west to east in metres. */
    double halfWidth();

    /** Returns half of the extent from south to north in metres. */
    double halfHeight();

    /** Returns the distance of the farthest place from the centre, in metres. */
    double reach();

    /**
     * Circle.
     *
     * @param halfWidth the radius, in metres
     */
    record Circle(GeoPoint centre, double halfWidth) implements GeoArea {
        @Override
        public double metersInside(GeoPoint point) {
            double meters = centre.metersTo(point);
            return meters > halfWidth ? OUTSIDE : meters;
        }

        @Override
        public double halfHeight() {
            return halfWidth;
        }

        @Override
        public double reach() {
            return halfWidth;
        }
    }

    /** Box. The width is measured at the latitude of the place that is looked for. */
    record Box(GeoPoint centre, double halfWidth, double halfHeight) implements GeoArea {
        @Override
        public double metersInside(GeoPoint point) {
            boolean isInside = centre.metersInLatitude(point) <= halfHeight
                    && point.metersTo(point.atLongitudeOf(centre)) <= halfWidth;
            return isInside ? centre.metersTo(point) : OUTSIDE;
        }

        @Override
        public double reach() {
            return Math.sqrt(halfWidth * halfWidth + halfHeight * halfHeight);
        }
    }

    /** Returns cells that cover the area: that of its centre, and those of its eight neighbours that are needed. */
    default List<GeoCell> cells() {
        Bounds bounds = Bounds.of(this);
        int step = bounds.step();
        GeoCell middle = GeoCell.of(centre(), step);
        if (step > 1 && !bounds.areWithinNeighboursOf(middle)) {
            middle = GeoCell.of(centre(), step - 1);
        }
        List<GeoCell> cells = new ArrayList<>();
        cells.add(middle);
        for (int[] way : Bounds.WAYS) {
            GeoCell neighbour = middle.neighbour(way[0], way[1]);
            // On a coarse grid two neighbours may be the same cell, and then follow each other.
            if (bounds.reach(middle, way[0], way[1]) && !neighbour.equals(cells.get(cells.size() - 1))) {
                cells.add(neighbour);
            }
        }
        return cells;
    }
}
