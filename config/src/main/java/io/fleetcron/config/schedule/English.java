package io.fleetcron.config.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/** Lists and numbers as a person writes them. */
final class English {

    private English() {}

    /** "a", "a and b", "a, b and c". */
    static String list(List<String> items, String conjunction) {
        if (items.size() < 2) {
            return String.join("", items);
        }
        int last = items.size() - 1;
        return String.join(", ", items.subList(0, last)) + " " + conjunction + " " + items.get(last);
    }

    /** The members of a set, three or more in a row as "a to c". */
    static String set(long bits, IntFunction<String> name) {
        return list(runs(bits, name), "and");
    }

    private static List<String> runs(long bits, IntFunction<String> name) {
        List<String> items = new ArrayList<>();
        for (int first = SmallIntSet.next(bits, 0); first >= 0; ) {
            int last = first;
            while (last < 63 && SmallIntSet.has(bits, last + 1)) {
                last++;
            }
            if (last - first >= 2) {
                items.add(name.apply(first) + " to " + name.apply(last));
            } else {
                items.add(name.apply(first));
                if (last > first) {
                    items.add(name.apply(last));
                }
            }
            first = SmallIntSet.next(bits, last + 1);
        }
        return items;
    }

    /** 1st, 2nd, 3rd, 11th, 21st. */
    static String ordinal(int number) {
        boolean teen = number / 10 == 1;
        return number
                + switch (teen ? 0 : number % 10) {
                    case 1 -> "st";
                    case 2 -> "nd";
                    case 3 -> "rd";
                    default -> "th";
                };
    }

    /** From an enum constant's name. */
    static String capitalised(String constant) {
        return constant.substring(0, 1) + constant.substring(1).toLowerCase(Locale.ROOT);
    }
}
