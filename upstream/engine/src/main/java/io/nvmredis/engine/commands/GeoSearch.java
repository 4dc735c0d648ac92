package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMZSet;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.ZSetEntry;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.geo.GeoArea;
import io.nvmredis.engine.geo.GeoCell;
import io.nvmredis.engine.geo.GeoPoint;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.keyspace.FurtherEvents.Event;
import io.nvmredis.engine.value.ObservedSortedSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** GEOSEARCH, GEOSEARCHSTORE, GEORADIUS, GEORADIUSBYMEMBER and their read-only forms: find the places in an area. */
final class GeoSearch {
    static final Map<String, DataCommand> COMMANDS = Map.of(
            "georadius", searching(GeoRequest::georadius),
            "georadius_ro", searching(GeoRequest::georadiusRo),
            "georadiusbymember", searching(GeoRequest::georadiusByMember),
            "georadiusbymember_ro", searching(GeoRequest::georadiusByMemberRo),
            "geosearch", searching(GeoRequest::geosearch),
            "geosearchstore", searching(GeoRequest::geosearchstore));

    private final Database database;
    private final GeoRequest request;

    private GeoSearch(Database database, GeoRequest request) {
        this.database = database;
        this.request = request;
    }

    /** Place that has been found. */
    private record Hit(ZSetEntry entry, GeoPoint point, double meters) {}

    private static DataCommand searching(GeoRequest.Parser parser) {
        return (database, arguments) -> new GeoSearch(database, parser.parse(database, arguments)).run();
    }

    private Slice run() {
        RMZSet set = request.set();
        GeoArea area = request.area();
        List<Hit> hits = set == null || area == null ? List.of() : limited(find(set, area));
        Slice destination = request.destination();
        return destination == null ? reply(hits) : store(destination, hits);
    }

    private List<Hit> find(RMZSet set, GeoArea area) {
        long limit = request.isAnyEnough() ? request.count() : Long.MAX_VALUE;
        List<Hit> hits = new ArrayList<>();
        for (GeoCell cell : area.cells()) {
            Iterator<ZSetEntry> members =
                    new MemberRange.Scores(cell.score(), false, cell.endScore(), true).of(set, false);
            while (members.hasNext() && hits.size() < limit) {
                ZSetEntry member = members.next();
                GeoPoint point = GeoCell.ofScore(member.getScore()).centre();
                double meters = area.metersInside(point);
                if (meters != GeoArea.OUTSIDE) {
                    hits.add(new Hit(member, point, meters));
                }
            }
        }
        return hits;
    }

    private List<Hit> limited(List<Hit> hits) {
        Comparator<Hit> byDistance = Comparator.comparingDouble(Hit::meters);
        switch (request.order()) {
            case NEAREST_FIRST -> hits.sort(byDistance);
            case FARTHEST_FIRST -> hits.sort(byDistance.reversed());
            case AS_FOUND -> {}
        }
        return request.count() == 0 ? hits : hits.subList(0, (int) Math.min(request.count(), hits.size()));
    }

    private Slice reply(List<Hit> hits) {
        return Response.array(hits.stream().map(this::shown).toList());
    }

    private Slice shown(Hit hit) {
        List<Slice> parts = new ArrayList<>();
        parts.add(Response.bulkString(hit.entry().getValue()));
        if (request.shows(GeoRequest.Part.DISTANCE)) {
            parts.add(GeoWords.distance(hit.meters() / request.metersPerUnit()));
        }
        if (request.shows(GeoRequest.Part.HASH)) {
            parts.add(Response.integer((long) hit.entry().getScore()));
        }
        if (request.shows(GeoRequest.Part.COORDINATES)) {
            parts.add(GeoWords.coordinates(hit.point()));
        }
        return parts.size() == 1 ? parts.get(0) : Response.array(parts);
    }

    private Slice store(Slice destination, List<Hit> hits) {
        RMZSet result = new ObservedSortedSet();
        for (Hit hit : hits) {
            double score = request.storesDistance()
                    ? hit.meters() / request.metersPerUnit()
                    : hit.entry().getScore();
            result.put(hit.entry().getValue(), score);
        }
        Event event = request.isSearch() ? Event.GEOSEARCHSTORE : Event.GEORADIUSSTORE;
        return SortedSetRanges.store(
                database, destination, result, key -> database.furtherEvents().publish(event, key));
    }
}
