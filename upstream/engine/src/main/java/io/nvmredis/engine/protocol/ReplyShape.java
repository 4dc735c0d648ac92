package io.nvmredis.engine.protocol;

import java.util.List;
import java.util.Map;

/**
 * What a reply of RESP2 is in RESP3. An error and a null are that in every shape, and so is a reply of another form than
 * the shape tells, such as the single element of a command that may return many.
 */
public sealed interface ReplyShape {
    /** As in RESP2. */
    ReplyShape PLAIN = new Plain();

    /** Already in RESP3, but for a null. */
    ReplyShape CONVERTED = new Converted();

    /** A string that is a number with a fraction. */
    ReplyShape DECIMAL = new Decimal();

    /** A string for people to read. */
    ReplyShape TEXT = new Text();

    /** An array without order or repetition. */
    ReplyShape SET = new Elements('~', PLAIN);

    /** Names and values in turn. */
    ReplyShape MAP = new Fields(PLAIN, Map.of());

    /** Messages that answer no command, one after the other. */
    ReplyShape PUSHES = new Pushes();

    /** As in RESP2. */
    record Plain() implements ReplyShape {}

    /** Already in RESP3. */
    record Converted() implements ReplyShape {}

    /** A number with a fraction. */
    record Decimal() implements ReplyShape {}

    /** A string for people to read. */
    record Text() implements ReplyShape {}

    /** Messages. */
    record Pushes() implements ReplyShape {}

    /**
     * An array of elements of one shape.
     *
     * @param type first byte in RESP3
     */
    record Elements(char type, ReplyShape element) implements ReplyShape {}

    /** An array of elements of one shape, which is a set if it is empty. */
    record ListOrEmptySet(ReplyShape element) implements ReplyShape {}

    /** An array whose elements have these shapes, and those after them the last of these. */
    record Tuple(List<ReplyShape> elements) implements ReplyShape {
        public Tuple {
            elements = List.copyOf(elements);
        }
    }

    /**
     * Names and values in turn, which are a map.
     *
     * @param value shape of the values
     * @param named shapes of the values of some names
     */
    record Fields(ReplyShape value, Map<String, ReplyShape> named) implements ReplyShape {
        public Fields {
            named = Map.copyOf(named);
        }
    }

    /** Two words for each element in turn, which are an array each. */
    record Pairs(ReplyShape first, ReplyShape second) implements ReplyShape {}

    /** Arrays of a name and a value each, which are together a map. */
    record Entries() implements ReplyShape {}

    static ReplyShape list(ReplyShape element) {
        return new Elements('*', element);
    }

    static ReplyShape tuple(ReplyShape... elements) {
        return new Tuple(List.of(elements));
    }

    static ReplyShape map(ReplyShape value) {
        return new Fields(value, Map.of());
    }

    /** A map of which some values have a shape of their own. */
    static ReplyShape fields(Map<String, ReplyShape> named) {
        return new Fields(PLAIN, named);
    }
}
