package io.fleetcron.config.yaml;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the known word that a misspelt one probably means. */
public final class Suggestion {
    private static final int LONGEST = 64;

    private Suggestion() {}

    /** The closest of {@code known} by edit distance, if it is close enough to be meant. */
    public static Optional<String> of(String word, Collection<String> known) {
        if (word.length() > LONGEST) {
            return Optional.empty();
        }
        String wanted = fold(word);
        String best = null;
        int bestDistance = Math.max(1, Math.min(3, word.length() / 3)) + 1;
        for (String candidate : known) {
            int distance = distance(wanted, fold(candidate));
            if (distance < bestDistance) {
                best = candidate;
                bestDistance = distance;
            }
        }
        return Optional.ofNullable(best);
    }

    /** {@code ; did you mean "x"?}, or else the words that are allowed. */
    static String hint(String word, Collection<String> known) {
        return of(word, known)
                .map(near -> "; did you mean " + Quote.of(near) + "?")
                .orElseGet(() -> "; allowed: " + String.join(", ", known));
    }

    private static String fold(String word) {
        return word.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    /** Levenshtein's distance, a swap of two neighbours counting as one. */
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                d[i][j] = i == 0 || j == 0 ? i + j : step(d, a, b, i, j);
            }
        }
        return d[a.length()][b.length()];
    }

    private static int step(int[][] d, String a, String b, int i, int j) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int best = Math.min(d[i - 1][j - 1] + change, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, d[i - 2][j - 2] + 1) : best;
    }
}
