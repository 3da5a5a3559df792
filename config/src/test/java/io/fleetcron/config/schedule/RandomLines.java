package io.fleetcron.config.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random five-field lines in the language of crontab(5), often restricted to the hours in which clocks change. */
final class RandomLines {

    private final Random random;

    RandomLines(Random random) {
        this.random = random;
    }

    String line() {
        return String.join(
                " ",
                field(0, 59, 3, List.of()),
                random.nextInt(3) == 0 ? field(0, 4, 1, List.of()).replace("*", "0-4") : field(0, 23, 4, List.of()),
                field(1, 28 + random.nextInt(4), 6, List.of()),
                field(1, 12, 12, CronField.MONTH.names()),
                field(0, 7, 6, CronField.DAY_OF_WEEK.names()));
    }

    /** A field that is a plain star in {@code stars} of ten more cases than others. */
    private String field(int min, int max, int stars, List<String> names) {
        if (random.nextInt(10 + stars) < stars) {
            return "*";
        }
        List<String> items = new ArrayList<>();
        do {
            items.add(item(min, max, names));
        } while (random.nextInt(3) == 0);
        return String.join(",", items);
    }

    private String item(int min, int max, List<String> names) {
        int first = min + random.nextInt(max - min + 1);
        int last = first + random.nextInt(max - first + 1);
        int step = 1 + random.nextInt(max - min);
        return switch (random.nextInt(6)) {
            case 0 -> "*/" + step;
            case 1 -> first + "-" + last;
            case 2 -> first + "-" + last + "/" + step;
            case 3 -> names.isEmpty() ? "" + first : names.get(random.nextInt(names.size()));
            default -> "" + first;
        };
    }
}
