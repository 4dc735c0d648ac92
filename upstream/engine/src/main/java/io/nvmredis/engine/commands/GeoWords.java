package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.bytes.LongDoubles;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.errors.ErrorReplies;
import io.nvmredis.engine.geo.GeoPoint;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/** Places, distances and units, as the commands on places read and write them. */
final class GeoWords {
    private static final int DECIMALS_OF_DISTANCE = 4;
    private static final int DECIMALS_IN_ERRORS = 6;

    private GeoWords() {}

    /** Reads a longitude and a latitude. */
    static GeoPoint point(Arguments arguments, int at) {
        GeoPoint point = new GeoPoint(
                arguments.score(at, ErrorReplies.NOT_A_FLOAT), arguments.score(at + 1, ErrorReplies.NOT_A_FLOAT));
        if (!point.isOnMap()) {
            throw new ArgumentException("ERR invalid longitude,latitude pair "
                    + decimals(point.longitude(), DECIMALS_IN_ERRORS)
                    + ","
                    + decimals(point.latitude(), DECIMALS_IN_ERRORS));
        }
        return point;
    }

    /** Returns a number as C writes it with this many digits behind the point. */
    private static String decimals(double number, int count) {
        String digits = Double.isInfinite(number)
                ? "inf"
                : new BigDecimal(Math.abs(number))
                        .setScale(count, RoundingMode.HALF_EVEN)
                        .toPlainString();
        return Math.copySign(1, number) < 0 ? "-" + digits : digits;
    }

    /** Reads a unit, and returns how many metres it has. */
    static double metersPerUnit(Arguments arguments, int at) {
        return switch (arguments.word(at).toString().toLowerCase(Locale.ROOT)) {
            case "m" -> 1;
            case "km" -> 1000;
            case "ft" -> 0.3048;
            case "mi" -> 1609.34;
            default -> throw new ArgumentException("ERR unsupported unit provided. please use M, KM, FT, MI");
        };
    }

    /** Reads a number that is a length in some unit. */
    static double length(Arguments arguments, int at, String name) {
        return arguments.score(at, "ERR need numeric " + name);
    }

    static Slice distance(double distance) {
        return TextReplies.text(decimals(distance, DECIMALS_OF_DISTANCE));
    }

    /** Returns longitude and latitude as two elements of a reply. */
    static Slice coordinates(GeoPoint point) {
        return Response.array(coordinate(point.longitude()), coordinate(point.latitude()));
    }

    private static Slice coordinate(double degrees) {
        return Response.bulkString(Slice.create(LongDoubles.text(new BigDecimal(degrees))));
    }
}
