package io.fleetcron.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The order and number of tries, with threads that a test turns by hand. */
final class LaneTest {

    private static final Failure AGAIN = new Failure("again", true);
    private static final Failure FINAL = new Failure("final", false);

    private final List<String> seen = new ArrayList<>();
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final Lane lane = new Lane(
            new Lane.Threads() {
                @Override
                public void block(Runnable task) {
                    tasks.add(task);
                }

                @Override
                public void blockAfter(Duration pause, Runnable task) {
                    seen.add("pause " + pause.toSeconds());
                    tasks.add(task);
                }
            },
            List.of(Duration.ofSeconds(5), Duration.ofSeconds(30)));

    @Test
    void oneIsTriedThreeTimesBeforeTheNext() {
        add("a", AGAIN, AGAIN, AGAIN);
        add("b");
        run();
        assertEquals(
                List.of("try a", "pause 5", "try a", "pause 30", "try a", "over a again", "try b", "over b"), seen);
    }

    @Test
    void eachHasItsOwnTries() {
        add("a", AGAIN);
        add("b", AGAIN, FINAL);
        run();
        add("c");
        run();
        assertEquals(
                List.of(
                        "try a",
                        "pause 5",
                        "try a",
                        "over a",
                        "try b",
                        "pause 5",
                        "try b",
                        "over b final",
                        "try c",
                        "over c"),
                seen);
    }

    @Test
    void whatFindsTooManyWaitingIsOver() {
        for (int i = 0; i < Lane.MOST_WAITING; i++) {
            add("x");
        }
        add("late");
        run();
        assertEquals(
                1, seen.stream().filter("over late 1000 wait already"::equals).count());
        assertEquals(0, seen.stream().filter("try late"::equals).count());
        assertEquals(Lane.MOST_WAITING, seen.stream().filter("over x"::equals).count());
    }

    private void add(String name, Failure... failures) {
        Deque<Failure> left = new ArrayDeque<>(List.of(failures));
        lane.add(new Lane.Item() {
            @Override
            public Optional<Failure> deliver() {
                seen.add("try " + name);
                return Optional.ofNullable(left.poll());
            }

            @Override
            public void over(Optional<Failure> failure) {
                seen.add("over " + name + failure.map(it -> " " + it.why()).orElse(""));
            }
        });
    }

    private void run() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }
}
