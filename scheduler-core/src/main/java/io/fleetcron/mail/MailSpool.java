package io.fleetcron.mail;

import io.fleetcron.config.Delivery;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.Receiver.MailBox;
import io.fleetcron.late.Late;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.output.MailExcerpt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the mails of the fires that this instance settles and of the jobs that it finds late. Each waits as a file in the state directory, and one after
 * the other goes through sendmail; one that was handed over is not handed over again, whatever came of it. No method
 * blocks on anything but the local disk; nothing that fails here touches a job. Thread-safe.
 */
public final class MailSpool {

    private static final Logger LOG = LoggerFactory.getLogger(MailSpool.class);
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int MOST_WAITING = 1000;
    private static final String WAITING = ".eml";
    private static final String HANDED_OVER = ".sent";

    private final Path spool;
    private final Executor blocking;
    private final InstantSource clock;
    private final AtomicBoolean sending = new AtomicBoolean();
    private final AtomicBoolean missing = new AtomicBoolean();
    private volatile Consumer<Boolean> watcher = sent -> {};
    private volatile Sendmail sendmail;

    /**
     * @param spool where mails wait, in this instance's state directory
     * @param blocking runs what may block indefinitely
     */
    public MailSpool(Path spool, Path sendmail, Executor blocking, InstantSource clock) {
        this.spool = spool;
        this.sendmail = new Sendmail(sendmail, LIMIT);
        this.blocking = blocking;
        this.clock = clock;
    }

    /** From now on that one hears of each mail whether it was handed over. */
    public void watch(Consumer<Boolean> by) {
        watcher = by;
    }

    /** The configuration in force. Warns if mails are wanted and cannot be sent. */
    public void configure(Delivery delivery, Collection<JobDefinition> jobs) {
        sendmail = new Sendmail(delivery.sendmail(), LIMIT);
        List<String> wanting = jobs.stream()
                .filter(job -> job.enabled() && wantsMail(job, delivery))
                .map(JobDefinition::name)
                .toList();
        if (!wanting.isEmpty()) {
            isThere("jobs=" + wanting.stream().limit(10).collect(Collectors.joining(","))
                    + (wanting.size() > 10 ? " and " + (wanting.size() - 10) + " more" : ""));
        }
    }

    private static boolean wantsMail(JobDefinition job, Delivery delivery) {
        return job.policy().mail().isPresent()
                || job.policy().notices().rules().stream()
                        .anyMatch(rule -> delivery.receivers().get(rule.to()) instanceof MailBox);
    }

    /** Sends what an earlier agent left unsent. */
    public void resume() {
        blocking.execute(() -> {
            files(HANDED_OVER).forEach(MailSpool::deleteQuietly);
            sendAll();
        });
    }

    /**
     * A fire, or a row of fires, is settled.
     *
     * @param host where it ran, or who settled it if it did not run
     * @param more who gets a mail besides those that the job's own {@code mail} names
     * @param output asked for what the run wrote on a thread that may block
     * @param kept called once the mail waits on this host's disk, or is not to be sent
     */
    public void settled(
            JobDefinition job,
            Settlement settlement,
            String host,
            Collection<String> more,
            Supplier<MailExcerpt> output,
            Runnable kept) {
        blocking.execute(() -> {
            MailExcerpt written = output.get();
            Set<String> to = new LinkedHashSet<>();
            job.policy()
                    .mail()
                    .filter(mail -> MailRules.wanted(mail, settlement.outcome(), written.size() > 0))
                    .ifPresent(mail -> to.addAll(mail.to()));
            to.addAll(more);
            if (!to.isEmpty()) {
                put(new MailMessage.Story(job.name(), job.description(), settlement, host, written), to);
            }
            kept.run();
            sendAll();
        });
    }

    /**
     * A fire was settled by an agent that ended before it sent the mail. Blocks on the local disk until the mail waits there.
     *
     * @param host where it ran, or who settled it if it did not run
     * @param output what is found of what the run wrote
     * @return whether it waits there
     */
    public boolean left(
            String job,
            String description,
            Settlement settlement,
            String host,
            Collection<String> to,
            MailExcerpt output) {
        boolean kept = put(new MailMessage.Story(job, description, settlement, host, output, true), to);
        blocking.execute(this::sendAll);
        return kept;
    }

    /** A job is late. Blocks on the local disk until the mail waits there. */
    public void late(JobDefinition job, Late late, String host, Collection<String> wanted) {
        String about = "job=" + job.name() + " late=" + late.key();
        List<String> to = wanted.stream().filter(MailMessage::isAddress).toList();
        if (!to.isEmpty() && isThere(about)) {
            keep(about, MailMessage.late(job.name(), job.description(), late, host, sender(), to, clock.instant()));
            blocking.execute(this::sendAll);
        }
    }

    private static String sender() {
        return System.getProperty("user.name", "root");
    }

    private boolean put(MailMessage.Story story, Collection<String> wanted) {
        Settlement settlement = story.settlement();
        String about = "job=" + story.job() + " fire=" + settlement.fire() + " token=" + settlement.token();
        List<String> to = wanted.stream().filter(MailMessage::isAddress).toList();
        if (to.isEmpty()) {
            LOG.warn("mail not sent {}: none of its addresses can be used", about);
            return false;
        }
        return isThere(about) && keep(about, MailMessage.of(story, sender(), to, clock.instant()));
    }

    private boolean keep(String about, byte[] text) {
        try {
            put(about, text);
            return true;
        } catch (IOException e) {
            LOG.warn("mail not sent {}: it cannot be written to {}: {}", about, spool, e.getMessage());
            return false;
        }
    }

    private void put(String about, byte[] text) throws IOException {
        if (files(WAITING).size() >= MOST_WAITING) {
            throw new IOException(MOST_WAITING + " mails wait there already");
        }
        if (!Files.isDirectory(spool)) {
            Files.createDirectories(
                    spool, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        String name = about.replace(' ', ',') + "," + UUID.randomUUID();
        Path draft = spool.resolve(name + ".new");
        Files.write(draft, text);
        Files.move(draft, spool.resolve(name + WAITING), StandardCopyOption.ATOMIC_MOVE);
    }

    /** One thread sends at a time; who comes meanwhile leaves its mail to that one. */
    private void sendAll() {
        List<Path> before = List.of();
        List<Path> waiting = files(WAITING);
        // What a disk that takes no changes keeps there is not tried indefinitely.
        while (!waiting.equals(before) && sending.compareAndSet(false, true)) {
            try {
                waiting.forEach(this::send);
            } finally {
                sending.set(false);
            }
            before = waiting;
            waiting = files(WAITING);
        }
    }

    private void send(Path mail) {
        String name = String.valueOf(mail.getFileName());
        String about = name.substring(0, name.lastIndexOf(',')).replace(',', ' ');
        Path message = mail.resolveSibling(name + HANDED_OVER);
        try {
            Files.move(mail, message, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            return; // another process of this instance was faster
        } catch (IOException e) {
            LOG.warn("mail not sent {}: {}", about, e.getMessage());
            deleteQuietly(mail);
            return;
        }
        Optional<String> wrong = sendmail.send(message);
        deleteQuietly(message);
        watcher.accept(wrong.isEmpty());
        if (wrong.isPresent()) {
            LOG.warn("mail not sent {}: {}", about, wrong.get());
        } else {
            LOG.info("mail sent {}", about);
        }
    }

    /** Says so once when sendmail is gone, and once when it is back. */
    private boolean isThere(String wantedBy) {
        Sendmail now = sendmail;
        boolean there = now.isThere();
        if (!there && missing.compareAndSet(false, true)) {
            LOG.warn(
                    "no mail can be sent, wanted by {}: {} is not a program. Install a mail system that brings it (Debian:"
                            + " msmtp-mta, postfix; Amazon Linux: postfix), or name another by `sendmail` in the main"
                            + " file",
                    wantedBy,
                    now.program());
        } else if (there && missing.compareAndSet(true, false)) {
            LOG.info("mail can be sent by {}", now.program());
        }
        return there;
    }

    private List<Path> files(String ending) {
        try (Stream<Path> found = Files.list(spool)) {
            return found.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.debug("a mail that was sent stays behind", e);
        }
    }
}
