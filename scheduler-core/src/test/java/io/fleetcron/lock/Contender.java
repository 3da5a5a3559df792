package io.fleetcron.lock;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.Optional;

/** A process that adds 1 to a number in a lock file, under the lock, again and again. */
final class Contender {
    private Contender() {}

    /** Arguments: directory, how often. */
    public static void main(String[] args) throws Exception {
        try (LockFile file = new FlockDirectory(Path.of(args[0]), false).file("sum.lock")) {
            int left = Integer.parseInt(args[1]);
            while (left > 0) {
                Optional<HeldLock> held = file.tryLock();
                if (held.isEmpty()) {
                    Thread.sleep(0, 200_000);
                    continue;
                }
                String number = new String(held.get().read(0, 8), UTF_8);
                long sum = number.isEmpty() ? 0 : Long.parseLong(number.trim());
                held.get()
                        .write(
                                0,
                                String.format(java.util.Locale.ROOT, "%8d", sum + 1)
                                        .getBytes(UTF_8));
                held.get().unlock();
                left--;
            }
        }
    }
}
