package io.fleetcron.loop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventLoopTest {

    @Test
    void whatFollowsUpkeepFollowsAlsoAFailure() throws InterruptedException {
        CountDownLatch followed = new CountDownLatch(2);
        try (EventLoop loop = new ThreadedEventLoop()) {
            loop.tend(
                    () -> {
                        throw new ClassCastException("as by a record that somebody made up");
                    },
                    followed::countDown);
            loop.tend(
                    () -> {
                        throw new StackOverflowError();
                    },
                    followed::countDown);

            assertTrue(followed.await(60, TimeUnit.SECONDS));
        }
    }
}
