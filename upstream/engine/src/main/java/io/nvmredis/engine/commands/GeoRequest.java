package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMZSet;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.geo.GeoArea;
import io.nvmredis.engine.geo.GeoPoint;
import io.nvmredis.engine.keyspace.Database;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a command that looks for places asks for, read from its words in the order in which Redis reads them: the first
 * fault is the one that is told. A member that the search begins at must exist, unless there is no set at all.
 */
final class GeoRequest {
    private final Form form;
    private final Arguments arguments;
    private final @Nullable RMZSet set;
    private final Set<Part> parts = EnumSet.noneOf(Part.class);
    private @Nullable GeoPoint centre;
    private @Nullable Extent extent;
    /** Kind of the centre that options have given, of a search. */
    private Centre centreKind = Centre.MISSING;

    private Order order = Order.AS_FOUND;
    private long count;
    private boolean isAnyEnough;
    private @Nullable Slice destination;
    private boolean storesDistance;

    /** Reads a command. */
    @FunctionalInterface
    interface Parser {
        GeoRequest parse(Database database, Arguments arguments);
    }

    /** What is shown of a place beside its name. */
    enum Part {
        DISTANCE,
        HASH,
        COORDINATES
    }

    enum Order {
        AS_FOUND,
        NEAREST_FIRST,
        FARTHEST_FIRST
    }

    private enum Centre {
        MISSING,
        MEMBER,
        POINT
    }

    private enum Form {
        RADIUS,
        RADIUS_RO,
        SEARCH,
        SEARCH_STORE;

        boolean isSearch() {
            return this == SEARCH || this == SEARCH_STORE;
        }
    }

    /** Size of the area: that of a box, or of a circle, whose height is of no meaning. */
    private record Extent(boolean isBox, double halfWidth, double halfHeight, double metersPerUnit) {
        GeoArea around(GeoPoint centre) {
            double width = metersPerUnit * halfWidth;
            return isBox
                    ? new GeoArea.Box(centre, width, metersPerUnit * halfHeight)
                    : new GeoArea.Circle(centre, width);
        }
    }

    private GeoRequest(Form form, Database database, Arguments arguments) {
        this.form = form;
        this.arguments = arguments;
        set = database.getZSet(arguments.word(form == Form.SEARCH_STORE ? 1 : 0));
    }

    static GeoRequest georadius(Database database, Arguments arguments) {
        return new GeoRequest(Form.RADIUS, database, arguments).aroundCoordinates();
    }

    static GeoRequest georadiusRo(Database database, Arguments arguments) {
        return new GeoRequest(Form.RADIUS_RO, database, arguments).aroundCoordinates();
    }

    static GeoRequest georadiusByMember(Database database, Arguments arguments) {
        return new GeoRequest(Form.RADIUS, database, arguments).aroundMember();
    }

    static GeoRequest georadiusByMemberRo(Database database, Arguments arguments) {
        return new GeoRequest(Form.RADIUS_RO, database, arguments).aroundMember();
    }

    static GeoRequest geosearch(Database database, Arguments arguments) {
        return new GeoRequest(Form.SEARCH, database, arguments).withOptions(1);
    }

    static GeoRequest geosearchstore(Database database, Arguments arguments) {
        GeoRequest request = new GeoRequest(Form.SEARCH_STORE, database, arguments);
        request.destination = arguments.word(0);
        return request.withOptions(2);
    }

    private GeoRequest aroundCoordinates() {
        centre = GeoWords.point(arguments, 1);
        extent = circle(3);
        return withOptions(5);
    }

    private GeoRequest aroundMember() {
        if (set != null) {
            centre = member(set, 1);
            extent = circle(2);
        }
        return withOptions(4);
    }

    private GeoPoint member(RMZSet members, int at) {
        GeoPoint point = GeoCommands.point(members, arguments.word(at));
        if (point == null) {
            throw new ArgumentException("ERR could not decode requested zset member");
        }
        return point;
    }

    /** Reads a radius and its unit. */
    private Extent circle(int at) {
        double radius = GeoWords.length(arguments, at, "radius");
        if (radius < 0) {
            throw new ArgumentException("ERR radius cannot be negative");
        }
        return new Extent(false, radius, 0, GeoWords.metersPerUnit(arguments, at + 1));
    }

    /** Reads a width, a height and their unit. */
    private Extent box(int at) {
        double width = GeoWords.length(arguments, at, "width");
        double height = GeoWords.length(arguments, at + 1, "height");
        if (width < 0 || height < 0) {
            throw new ArgumentException("ERR height or width cannot be negative");
        }
        return new Extent(true, width / 2, height / 2, GeoWords.metersPerUnit(arguments, at + 2));
    }

    private GeoRequest withOptions(int from) {
        for (int at = from; at < arguments.count(); ) {
            int next = readFlag(at);
            next = next == at ? readValue(at) : next;
            next = next == at && form.isSearch() ? readArea(at) : next;
            if (next == at) {
                throw Arguments.syntaxError();
            }
            at = next;
        }
        check();
        if (count > 0 && order == Order.AS_FOUND && !isAnyEnough) {
            order = Order.NEAREST_FIRST;
        }
        return this;
    }

    /** Reads an option of one word; returns the position behind it, or the same position if it is none. */
    private int readFlag(int at) {
        if (arguments.is(at, "withdist")) {
            parts.add(Part.DISTANCE);
        } else if (arguments.is(at, "withhash")) {
            parts.add(Part.HASH);
        } else if (arguments.is(at, "withcoord")) {
            parts.add(Part.COORDINATES);
        } else if (arguments.is(at, "any")) {
            isAnyEnough = true;
        } else if (arguments.is(at, "asc")) {
            order = Order.NEAREST_FIRST;
        } else if (arguments.is(at, "desc")) {
            order = Order.FARTHEST_FIRST;
        } else if (form == Form.SEARCH_STORE && arguments.is(at, "storedist")) {
            storesDistance = true;
        } else {
            return at;
        }
        return at + 1;
    }

    /** Reads COUNT, or STORE or STOREDIST with a key, like {@link #readFlag}. */
    private int readValue(int at) {
        if (at + 1 == arguments.count()) {
            return at;
        }
        if (arguments.is(at, "count")) {
            count = arguments.integer(at + 1);
            if (count <= 0) {
                throw new ArgumentException("ERR COUNT must be > 0");
            }
            return at + 2;
        }
        boolean isDistance = arguments.is(at, "storedist");
        if (form == Form.RADIUS && (isDistance || arguments.is(at, "store"))) {
            destination = arguments.word(at + 1);
            storesDistance = isDistance;
            return at + 2;
        }
        return at;
    }

    /** Reads where to look, like {@link #readFlag}. A centre or an extent of one kind admits none of the other. */
    private int readArea(int at) {
        int left = arguments.count() - at - 1;
        if (left >= 1 && centreKind != Centre.POINT && arguments.is(at, "frommember")) {
            centre = set == null ? null : member(set, at + 1);
            centreKind = Centre.MEMBER;
            return at + 2;
        }
        if (left >= 2 && centreKind != Centre.MEMBER && arguments.is(at, "fromlonlat")) {
            centre = GeoWords.point(arguments, at + 1);
            centreKind = Centre.POINT;
            return at + 3;
        }
        if (left >= 2 && (extent == null || !extent.isBox()) && arguments.is(at, "byradius")) {
            extent = circle(at + 1);
            return at + 3;
        }
        if (left >= 3 && (extent == null || extent.isBox()) && arguments.is(at, "bybox")) {
            extent = box(at + 1);
            return at + 4;
        }
        return at;
    }

    private void check() {
        if (destination != null && !parts.isEmpty()) {
            String name = form == Form.SEARCH_STORE ? "GEOSEARCHSTORE" : "STORE option in GEORADIUS";
            throw new ArgumentException(
                    "ERR " + name + " is not compatible with WITHDIST, WITHHASH and WITHCOORD options");
        }
        if (form.isSearch()) {
            String name = form == Form.SEARCH ? "geosearch" : "geosearchstore";
            if (centreKind == Centre.MISSING) {
                throw new ArgumentException("ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for " + name);
            }
            if (extent == null) {
                throw new ArgumentException("ERR exactly one of BYRADIUS and BYBOX can be specified for " + name);
            }
        }
        if (isAnyEnough && count == 0) {
            throw new ArgumentException("ERR the ANY argument requires COUNT argument");
        }
    }

    /** Tells whether this is a request of GEOSEARCH or GEOSEARCHSTORE. */
    boolean isSearch() {
        return form.isSearch();
    }

    /** Returns the set to look in; null if there is none. */
    @Nullable
    RMZSet set() {
        return set;
    }

    /** Returns the area to look at; null if there is no set that has the member that the area is around. */
    @Nullable
    GeoArea area() {
        return extent == null || centre == null ? null : extent.around(centre);
    }

    /** Returns how many metres the unit has in which distances are told. */
    double metersPerUnit() {
        return extent == null ? 1 : extent.metersPerUnit();
    }

    boolean shows(Part part) {
        return parts.contains(part);
    }

    Order order() {
        return order;
    }

    /** Returns how many places are wanted; 0 is all. */
    long count() {
        return count;
    }

    /** Tells whether any places in the area will do, and not the nearest. */
    boolean isAnyEnough() {
        return isAnyEnough;
    }

    /** Returns the key to store the places under; null if they are to be shown. */
    @Nullable
    Slice destination() {
        return destination;
    }

    /** Tells whether distances are stored as scores, and not geohashes. */
    boolean storesDistance() {
        return storesDistance;
    }
}
