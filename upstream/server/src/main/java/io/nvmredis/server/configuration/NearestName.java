package io.nvmredis.server.configuration;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the name that a user who mistyped one may have meant. */
public final class NearestName {
    private static final int MAX_MISTAKES = 3;

    private NearestName() {}

    /** Returns the likeliest of the names, if any is likely. */
    public static Optional<String> of(String typed, Collection<String> names) {
        return names.stream()
                .filter(name -> mistakes(typed, name) <= MAX_MISTAKES || isBeginning(typed, name))
                .min(Comparator.<String>comparingInt(name -> mistakes(typed, name))
                        .thenComparing(Comparator.naturalOrder()));
    }

    private static boolean isBeginning(String typed, String name) {
        return typed.length() > MAX_MISTAKES && name.startsWith(typed);
    }

    /**
     * Returns the number of characters left out, added, mistaken, or swapped with their neighbour: the optimal string
     * alignment distance.
     */
    static int mistakes(String from, String to) {
        int[][] cost = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, from, to, i, j);
            }
        }
        return cost[from.length()][to.length()];
    }

    private static int cheapest(int[][] cost, String from, String to, int i, int j) {
        int change = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
        int least = Math.min(cost[i - 1][j - 1] + change, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        boolean swapped =
                i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
        return swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
    }
}
