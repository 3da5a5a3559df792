package io.fleetcron.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.observe.SeenRun.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page that is looked at again and again, under a clock that the test turns. */
class LivePageTest {

    @TempDir
    private Path folder;

    private long nanos;
    private int reads;
    private Snapshot well;
    private Snapshot next;
    private Snapshot cutOff;
    private LivePage page;

    @BeforeEach
    void start() throws Exception {
        String job = "one: {every: 1h, command: 'true'}";
        well = new Fleet(folder, job)
                .running("one", "host-x", "12:00:00", State.RUNNING)
                .snapshot();
        next = well;
        cutOff = new Fleet(folder, job)
                .outage(new Snapshot.Outage(
                        "it hangs", Optional.empty(), List.of(Fleet.run("one", "here", "12:05:00", State.RUNNING))))
                .snapshot();
        page = new LivePage(
                () -> {
                    reads++;
                    return next;
                },
                () -> nanos);
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    @Test
    void whoeverAsksItIsReadEveryTwoSecondsAtMost() {
        page.html();
        page.html();
        assertEquals(1, reads);

        pass(Duration.ofSeconds(2));
        page.html();
        assertEquals(2, reads);
    }

    @Test
    void whileTheShareHangsItShowsWhatWasReadLastAndHowOldThatIs() throws Exception {
        page.html();
        next = cutOff;
        pass(Duration.ofSeconds(90));

        Document shown = new Document(page.html());

        assertEquals(1, shown.rows("running").size(), "of the fleet, as it was");
        assertEquals(
                List.of(
                        "one | 2026-11-23 12:05:00 | 2026-11-23 12:05:00 | running | fleetcron logs one --follow Output so far"),
                shown.rows("here"));
        assertTrue(shown.html().contains("it hangs. What is shown of the fleet is 1 min 30 s old"));

        pass(Duration.ofSeconds(30));
        assertTrue(page.html().contains("is 2 min old"), "it grows older");
    }

    @Test
    void afterwardsItIsAsItWas() {
        next = cutOff;
        assertTrue(page.html().contains("this host&#39;s part alone"));
        pass(Duration.ofSeconds(3));
        page.html();

        next = well;
        pass(Duration.ofSeconds(3));

        assertEquals(-1, page.html().indexOf("role=\"alert\""));
    }
}
