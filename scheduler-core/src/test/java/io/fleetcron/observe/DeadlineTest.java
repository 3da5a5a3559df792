package io.fleetcron.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Questions to a file server that may not answer. */
class DeadlineTest {

    @Test
    @Timeout(60)
    void noOtherQuestionIsAskedWhileOneHangs() throws Exception {
        Deadline deadline = new Deadline(Duration.ofMillis(20), System::nanoTime);
        CountDownLatch answer = new CountDownLatch(1);
        CompletableFuture<Thread> hung = new CompletableFuture<>();

        SharedDirectoryUnavailable first = assertThrows(
                SharedDirectoryUnavailable.class,
                () -> deadline.ask(() -> {
                    hung.complete(Thread.currentThread());
                    answer.await();
                    return 1;
                }));
        SharedDirectoryUnavailable second = assertThrows(
                SharedDirectoryUnavailable.class,
                () -> deadline.ask(() -> {
                    throw new AssertionError("asked");
                }));

        assertTrue(String.valueOf(first.getMessage()).contains("no answer within 20 ms"));
        assertEquals(first.getMessage(), second.getMessage());
        answer.countDown();
        hung.get().join();
        assertEquals(2, askUntilAnswered(deadline));
    }

    /** On a busy host also a quick answer may take longer than that deadline. */
    private static int askUntilAnswered(Deadline deadline) {
        while (true) {
            try {
                return deadline.ask(() -> 2);
            } catch (SharedDirectoryUnavailable e) {
                Thread.onSpinWait();
            }
        }
    }
}
