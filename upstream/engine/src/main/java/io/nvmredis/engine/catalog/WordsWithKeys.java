package io.nvmredis.engine.catalog;

import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.catalog.KeySearch.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Keys of the commands whose options have to be read to find the keys, or to find out what is done with them. */
final class WordsWithKeys {
    private static final List<String> READ = List.of("RO", "access");
    private static final List<String> READ_AND_UPDATE = List.of("RW", "access", "update");
    private static final List<String> REPLACE = List.of("OW", "update");
    private static final List<String> MOVE = List.of("RW", "access", "delete");
    private static final List<String> UNKNOWN = List.of();

    private WordsWithKeys() {}

    /** Returns the keys of a command; none if its words are not as the command needs them. */
    static List<Found> keys(String command, List<byte[]> words) {
        return switch (command) {
            case "sort" -> ofSort(words);
            case "sort_ro" -> List.of(new Found(1, READ));
            case "migrate" -> ofMigrate(words);
            case "georadius", "georadiusbymember" -> ofGeoRadius(words);
            case "set" -> List.of(new Found(1, hasGet(words) ? READ_AND_UPDATE : REPLACE));
            case "bitfield" -> List.of(new Found(1, onlyReads(words) ? READ : READ_AND_UPDATE));
            case "sintercard", "zunion", "zinter", "zdiff", "zintercard", "lmpop", "zmpop" -> counted(1, words);
            case "eval", "eval_ro", "evalsha", "evalsha_ro", "fcall", "fcall_ro", "blmpop", "bzmpop" ->
                counted(2, words);
            case "zunionstore", "zinterstore", "zdiffstore" -> {
                List<Found> keys = new ArrayList<>(counted(2, words));
                if (!keys.isEmpty()) {
                    keys.add(new Found(1, UNKNOWN));
                }
                yield keys;
            }
            default -> List.of();
        };
    }

    /** Returns the keys behind a word that says how many there are, if so many words follow. */
    private static List<Found> counted(int at, List<byte[]> words) {
        int count = leadingNumber(words.get(at));
        return count > words.size() - at - 1
                ? List.of()
                : IntStream.range(at + 1, at + 1 + count)
                        .mapToObj(i -> new Found(i, UNKNOWN))
                        .toList();
    }

    /** Returns the number at the beginning of a word, whatever follows it; 0 if there is none, or too great a one. */
    private static int leadingNumber(byte[] word) {
        int at = 0;
        while (at < word.length && (word[at] == ' ' || (word[at] >= '\t' && word[at] <= '\r'))) {
            at++;
        }
        if (at < word.length && word[at] == '+') {
            at++;
        }
        long number = 0;
        for (; at < word.length && word[at] >= '0' && word[at] <= '9'; at++) {
            number = number * 10 + word[at] - '0';
            if (number > Integer.MAX_VALUE) {
                return 0;
            }
        }
        return (int) number;
    }

    private static List<Found> ofSort(List<byte[]> words) {
        int destination = 0;
        for (int i = 2; i < words.size(); i++) {
            if (is(words, i, "limit")) {
                i += 2;
            } else if (is(words, i, "get") || is(words, i, "by")) {
                i++;
            } else if (is(words, i, "store") && i + 1 < words.size()) {
                destination = i + 1;
            }
        }
        Found source = new Found(1, READ);
        return destination == 0 ? List.of(source) : List.of(source, new Found(destination, REPLACE));
    }

    private static List<Found> ofMigrate(List<byte[]> words) {
        for (int i = 6; i < words.size(); i++) {
            if (is(words, i, "keys")) {
                return words.get(3).length > 0
                        ? List.of()
                        : IntStream.range(i + 1, words.size())
                                .mapToObj(each -> new Found(each, MOVE))
                                .toList();
            }
            if (is(words, i, "auth")) {
                i++;
            } else if (is(words, i, "auth2")) {
                i += 2;
            }
        }
        return List.of(new Found(3, MOVE));
    }

    private static List<Found> ofGeoRadius(List<byte[]> words) {
        int destination = 0;
        for (int i = 5; i + 1 < words.size(); i++) {
            if (is(words, i, "store") || is(words, i, "storedist")) {
                i++;
                destination = i;
            }
        }
        Found source = new Found(1, UNKNOWN);
        return destination == 0 ? List.of(source) : List.of(source, new Found(destination, UNKNOWN));
    }

    private static boolean hasGet(List<byte[]> words) {
        return IntStream.range(3, words.size()).anyMatch(i -> is(words, i, "get"));
    }

    /** Tells whether a BITFIELD has no operation but GET. */
    private static boolean onlyReads(List<byte[]> words) {
        for (int i = 2; i < words.size(); i++) {
            int left = words.size() - i - 1;
            if (is(words, i, "get") && left >= 2) {
                i += 2;
            } else if (is(words, i, "overflow") && left >= 1) {
                i++;
            } else {
                return false;
            }
        }
        return true;
    }

    private static boolean is(List<byte[]> words, int position, String lowerCase) {
        return Words.equalsIgnoreCase(words.get(position), lowerCase);
    }
}
