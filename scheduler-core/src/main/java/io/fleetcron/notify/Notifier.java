package io.fleetcron.notify;

import io.fleetcron.config.Delivery;
import io.fleetcron.config.Delivery.Heartbeat;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.Notices.Rule;
import io.fleetcron.config.Receiver.MailBox;
import io.fleetcron.fleet.Fire;
import io.fleetcron.fleet.RunId;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.late.Late;
import io.fleetcron.ledger.FailureStreak;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.LedgerCodec;
import io.fleetcron.ledger.LedgerLayout;
import io.fleetcron.ledger.LedgerState;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.lock.LockDirectory;
import io.fleetcron.lock.LockFile;
import io.fleetcron.loop.EventLoop;
import io.fleetcron.mail.MailRules;
import io.fleetcron.membership.Ranking;
import io.fleetcron.notify.Notice.LateJob;
import io.fleetcron.notify.Notice.Settled;
import io.fleetcron.storage.SharedFiles;
import io.fleetcron.storage.StorageException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notifies receivers and checks of the fires that this instance settles. A notification waits as a file: of a job of the
 * fleet in the shared directory, where another instance finds it if this host dies; of a job that runs on every host on this
 * host. It is sent at least once, and more than once only if a host dies or is cut off right after it sent it. Nothing that
 * fails here touches a job. Thread-safe.
 */
public final class Notifier {

    /** How often it is looked what others have left behind. */
    public static final Duration SCAN = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final List<Duration> PAUSES = List.of(Duration.ofSeconds(5), Duration.ofSeconds(30));

    /** Of the lane and of the turns; no receiver has this name. */
    private static final String HEARTBEAT = "~heartbeat";

    /** What was settled longer ago is news to nobody. */
    private static final Duration OLDEST = Duration.ofDays(1);

    private final NoticeSpool shared;
    private final NoticeSpool local;
    private final Place onShare;
    private final Place onHost;
    private final Lane.Threads threads;
    private final String instance;
    private final LockDirectory locks;
    private final InstantSource clock;
    private final List<Duration> pauses;
    private final Courier courier;
    private final Map<String, Lane> lanes = new HashMap<>();
    private final Set<Path> underWay = new HashSet<>();
    private final Map<Notice, Prepared> prepared = new HashMap<>();
    private final Map<String, String> troubles = new TreeMap<>();
    private Optional<Heartbeat> heartbeat = Optional.empty();
    private Instant beaten = Instant.EPOCH;
    private volatile BiConsumer<String, Boolean> watcher = (receiver, delivered) -> {};
    private volatile boolean used;
    private volatile boolean pings;
    private volatile boolean sending;

    /** How long a decision takes to be recorded; of one that takes longer, the ledger is asked. */
    private static final Duration RECORDED = Duration.ofMinutes(1);

    /** A notification that waits for its settlement to be recorded. */
    private record Prepared(NoticeSpool.Waiting waiting, Instant at) {}

    /**
     * A folder in which notifications wait.
     *
     * @param files what opens its files
     * @param ledgers the lock files of the jobs that they are about
     */
    public record Place(SharedFiles files, Path folder, LockDirectory ledgers) {
        /** The folder beside it in which it is kept of what late jobs people were told. */
        public Place ofLateJobs() {
            return new Place(files, folder.resolveSibling("late"), ledgers);
        }
    }

    /**
     * @param shared for notifications about jobs of the fleet
     * @param local for those about jobs that run on every host
     * @param locks where the lock is under which notifications are taken over
     */
    public Notifier(
            Place shared, Place local, LockDirectory locks, String instance, EventLoop loop, InstantSource clock) {
        this(
                shared,
                local,
                locks,
                instance,
                loop,
                clock,
                new Courier(local.folder.resolveSibling(local.folder.getFileName() + "-input"), DEADLINE),
                PAUSES);
    }

    Notifier(
            Place shared,
            Place local,
            LockDirectory locks,
            String instance,
            EventLoop loop,
            InstantSource clock,
            Courier courier,
            List<Duration> pauses) {
        this.shared = new NoticeSpool(shared.files, shared.folder, instance);
        this.local = new NoticeSpool(local.files, local.folder, instance);
        this.onShare = shared;
        this.onHost = local;
        this.threads = new Lane.Threads() {
            @Override
            public void block(Runnable task) {
                loop.block(task);
            }

            @Override
            public void blockAfter(Duration pause, Runnable task) {
                loop.in(pause, () -> loop.block(task));
            }
        };
        this.instance = instance;
        this.locks = locks;
        this.clock = clock;
        this.courier = courier;
        this.pauses = pauses;
    }

    /**
     * From now on that one hears of each delivery that is over: of its receiver, {@code ping} or {@code heartbeat}, and whether
     * it was delivered.
     */
    public void watch(BiConsumer<String, Boolean> by) {
        watcher = by;
    }

    /** From now on that one sends the mails of agents that ended before they did. */
    public void mailsBy(Mailer mailer) {
        courier.mailsBy(mailer);
    }

    /** The configuration in force. */
    public void configure(Delivery delivery, Map<String, JobDefinition> jobs) {
        courier.configure(delivery, jobs);
        pings = jobs.values().stream()
                .anyMatch(job -> job.policy().notices().ping().isPresent());
        used = pings
                || !delivery.receivers().isEmpty()
                || jobs.values().stream().anyMatch(job -> job.policy().mail().isPresent());
        synchronized (this) {
            heartbeat = delivery.heartbeat();
            troubles.keySet().removeIf(lane -> !isConfigured(lane));
        }
    }

    /**
     * What finds late jobs.
     *
     * @param ofFleet false for those that run on every host
     */
    public LateWatch watch(boolean ofFleet, LateWatch.Situation situation, LateWatch.Teller teller) {
        return new LateWatch(
                (ofFleet ? onShare : onHost).ofLateJobs(),
                ofFleet ? Optional.of(locks) : Optional.empty(),
                instance,
                clock,
                situation,
                teller);
    }

    /** Begins to send, with what an earlier agent left. A process that does not leaves that to its instance's agent. */
    public void start() {
        sending = true;
        threads.block(() -> {
            try {
                sendOwn();
            } catch (StorageException e) {
                LOG.warn("notifications that wait cannot be read: {}; tried again", e.getMessage());
            }
        });
    }

    /** The mail addresses that a job's rules notify of a settlement. */
    public List<String> addresses(JobDefinition job, Settlement settled, List<Settlement> recent) {
        return addresses(wanted(job, settled, recent).stream());
    }

    private List<String> addresses(Stream<String> receivers) {
        return receivers
                .flatMap(name -> courier.receiver(name).stream())
                .filter(MailBox.class::isInstance)
                .flatMap(box -> ((MailBox) box).to().stream())
                .distinct()
                .toList();
    }

    private List<String> wanted(JobDefinition job, Settlement settled, List<Settlement> recent) {
        List<Rule> rules = job.policy().notices().rules();
        if (rules.isEmpty()) {
            return List.of();
        }
        FailureStreak before = FailureStreak.before(settled, recent);
        return rules.stream()
                .filter(rule -> NoticeRules.wanted(rule, settled, before))
                .map(Rule::to)
                .distinct()
                .toList();
    }

    /**
     * A fire, or a row of fires, is settled. Blocks on the shared directory for a job of the fleet.
     *
     * @param recent the ledger's settlements, oldest first; this one may be among them
     * @param host where it ran, or who settled it if it did not run
     * @param ofFleet false for a job that runs on every host
     */
    public void settled(JobDefinition job, Settlement settled, List<Settlement> recent, String host, boolean ofFleet) {
        List<Notice> notices = notices(job, settled, recent, host);
        if (notices.isEmpty()) {
            return;
        }
        Runnable keep = () -> notices.forEach(notice -> keep(notice, ofFleet ? shared : local));
        if (ofFleet) {
            keep.run();
        } else {
            threads.block(keep); // this host's disk may be full or frozen
        }
    }

    private List<Notice> notices(JobDefinition job, Settlement settled, List<Settlement> recent, String host) {
        List<String> to = new ArrayList<>();
        wanted(job, settled, recent).stream().filter(name -> !takesMail(name)).forEach(to::add);
        job.policy().notices().ping().ifPresent(check -> to.add(Notice.CHECK));
        return notices(to, job, settled, recent, host);
    }

    /** Those that are mails, but for one that is wanted only if the run wrote something. */
    private List<Notice> mails(JobDefinition job, Settlement settled, List<Settlement> recent, String host) {
        List<String> to = new ArrayList<>();
        wanted(job, settled, recent).stream().filter(this::takesMail).forEach(to::add);
        job.policy()
                .mail()
                .filter(mail -> MailRules.wanted(mail, settled.outcome(), false))
                .ifPresent(mail -> to.add(Notice.MAIL));
        return notices(to, job, settled, recent, host);
    }

    private boolean takesMail(String receiver) {
        return courier.receiver(receiver).orElse(null) instanceof MailBox;
    }

    private static List<Notice> notices(
            List<String> to, JobDefinition job, Settlement settled, List<Settlement> recent, String host) {
        if (to.isEmpty()) {
            return List.of();
        }
        Notice.Event event = NoticeRules.event(settled, FailureStreak.before(settled, recent));
        HistoryLine line = new HistoryLine(job.name(), settled);
        return to.stream().map(name -> new Notice(name, event, host, line)).toList();
    }

    /**
     * A fire, or a row of fires, is about to be settled: what there is to tell of it waits from now on, and is sent by
     * {@link #settled}, or, if this process dies first, by whoever finds that the ledger has it. Blocks on storage.
     *
     * @param recent the ledger's settlements, oldest first; this one may be among them
     * @param host where it ran, or who settles it if it did not run
     * @param ofFleet false for a job that runs on every host
     */
    public void settling(JobDefinition job, Settlement settled, List<Settlement> recent, String host, boolean ofFleet) {
        List<Notice> all = new ArrayList<>(notices(job, settled, recent, host));
        if (sending) { // else this process sends them itself, while its instance's agent may look
            all.addAll(mails(job, settled, recent, host));
        }
        for (Notice notice : all) {
            try {
                Prepared waits = new Prepared((ofFleet ? shared : local).put(notice), clock.instant());
                synchronized (this) {
                    prepared.put(notice, waits);
                }
            } catch (StorageException e) {
                LOG.debug("notification not kept before its settlement {}", about(notice), e); // tried again after it
            }
        }
    }

    /**
     * The mails of a settled fire are about to be sent by the caller. Returns at once.
     *
     * @return to be called once they wait on this host's disk: from then on nobody else need send them. Returns at once, too
     */
    public Runnable mailing(JobDefinition job, Settlement settled, List<Settlement> recent, String host) {
        List<NoticeSpool.Waiting> waiting = new ArrayList<>();
        synchronized (this) {
            for (Notice notice : mails(job, settled, recent, host)) {
                Optional.ofNullable(prepared.remove(notice))
                        .map(Prepared::waiting)
                        .filter(it -> underWay.add(it.file()))
                        .ifPresent(waiting::add);
            }
        }
        return waiting.isEmpty() ? () -> {} : () -> threads.block(() -> waiting.forEach(this::remove));
    }

    /** Whether anybody wants to know if that job is late. */
    public boolean tellsLate(JobDefinition job) {
        return wantLate(job).findAny().isPresent();
    }

    private static Stream<String> wantLate(JobDefinition job) {
        return job.policy().notices().rules().stream()
                .filter(NoticeRules::wantsLate)
                .map(Rule::to)
                .distinct();
    }

    /** The mail addresses that a job's rules notify when it is late. */
    public List<String> lateAddresses(JobDefinition job) {
        return addresses(wantLate(job));
    }

    /**
     * A job is late. Blocks on the directory where the notification waits.
     *
     * @param host who found it
     * @param ofFleet false for a job that runs on every host
     */
    public void late(JobDefinition job, Late late, String host, boolean ofFleet) {
        LateJob subject = LateJob.of(job.name(), late, instance, clock.instant());
        wantLate(job)
                .filter(name -> !takesMail(name))
                .forEach(name -> keep(new Notice(name, Notice.Event.LATE, host, subject), ofFleet ? shared : local));
    }

    private void keep(Notice notice, NoticeSpool spool) {
        Optional<Prepared> waits;
        synchronized (this) {
            waits = Optional.ofNullable(prepared.remove(notice));
        }
        try {
            // Where another process sends, it may have found this before it was recorded, and removed it.
            send(sending && waits.isPresent() ? waits.get().waiting : spool.put(notice));
        } catch (StorageException e) {
            LOG.warn("notification not kept {}: {}", about(notice), e.getMessage());
            if (sending) {
                enqueue(notice, Optional.empty());
            }
        }
    }

    /** A run has begun here. Returns at once. */
    public void started(RunId run) {
        if (pings && sending) {
            lane(Notice.CHECK + run.job()).add(new Lane.Item() {
                @Override
                public Optional<Failure> deliver() {
                    return courier.started(run);
                }

                @Override
                public void over(Optional<Failure> failure) {
                    judge(Notice.CHECK + run.job(), failure);
                    failure.ifPresent(it -> LOG.warn(
                            "start not reported job={} fire={} token={}: {}",
                            run.job(),
                            run.fire().time(),
                            run.token(),
                            it.why()));
                }
            });
        }
    }

    /**
     * Says that the fleet is alive, if that is due and this instance's turn. The turns follow the fleet's time and the live
     * members, so that no record of them is needed: while instances see different members, two may take the same turn, or an
     * instance that has just died none. A turn that passes while this instance still tries an earlier one is left out: sent
     * later, it would report a fleet that may be dead by then. To be called every few seconds, while the shared directory answers;
     * returns at once.
     *
     * @param alive the live instances, this one included
     */
    public void beat(Collection<String> alive) {
        Optional<String> url = turn(alive);
        url.ifPresent(it -> lane(HEARTBEAT).add(new Lane.Item() {
            @Override
            public Optional<Failure> deliver() {
                return courier.get(it);
            }

            @Override
            public void over(Optional<Failure> failure) {
                judge(HEARTBEAT, failure);
                failure.ifPresent(wrong -> LOG.warn("heartbeat not sent: {}", wrong.why()));
            }
        }));
    }

    private synchronized Optional<String> turn(Collection<String> alive) {
        if (!sending || heartbeat.isEmpty()) {
            return Optional.empty();
        }
        long length = heartbeat.get().every().toMillis();
        Instant turn = Instant.ofEpochMilli(clock.instant().toEpochMilli() / length * length);
        if (!turn.isAfter(beaten) || lane(HEARTBEAT).isBusy()) {
            return Optional.empty();
        }
        beaten = turn;
        return Ranking.rank(new Fire(HEARTBEAT, turn), instance, alive) == 0
                ? heartbeat.map(Heartbeat::url)
                : Optional.empty();
    }

    /**
     * Sends what waits and is not being sent, and takes over what instances left that are gone. Blocks on storage.
     *
     * @param alive the instances that send their own
     */
    public void scan(Collection<String> alive) throws StorageException {
        if (used) {
            sendOwn();
            if (shared.takeOver(alive, locks)) {
                sendOwn();
            }
        }
    }

    private void sendOwn() throws StorageException {
        if (used) {
            Set<Path> known;
            synchronized (this) {
                Instant recorded = clock.instant().minus(RECORDED);
                prepared.values().removeIf(each -> each.at.isBefore(recorded));
                known = new HashSet<>(underWay);
                prepared.values().forEach(each -> known.add(each.waiting.file()));
            }
            sendRecorded(local.own(known), onHost.ledgers); // first: it needs no share
            sendRecorded(shared.own(known), onShare.ledgers);
        }
    }

    private void sendRecorded(List<NoticeSpool.Waiting> all, LockDirectory ledgers) throws StorageException {
        for (NoticeSpool.Waiting waiting : all) {
            if (isRecorded(waiting.notice(), ledgers)) {
                send(waiting);
            } else {
                LOG.info("notification dropped {}: its settlement was never recorded", about(waiting.notice()));
                waiting.delivered();
            }
        }
    }

    /** A process that died may have left a notification without the settlement that it is about. */
    private static boolean isRecorded(Notice notice, LockDirectory ledgers) throws StorageException {
        if (!(notice.subject() instanceof Settled settled)) {
            return true;
        }
        try (LockFile file = ledgers.file(SharedLayout.lockName(notice.job()))) {
            LedgerState state = LedgerCodec.decode(notice.job(), file.read(0, LedgerLayout.SLOTS));
            return !(state instanceof LedgerState.Valid valid)
                    || NoticeRules.isRecorded(settled.line().settlement(), valid.record());
        }
    }

    private void send(NoticeSpool.Waiting waiting) {
        synchronized (this) {
            if (!sending || !underWay.add(waiting.file())) {
                return;
            }
        }
        enqueue(waiting.notice(), Optional.of(waiting));
    }

    private void enqueue(Notice notice, Optional<NoticeSpool.Waiting> file) {
        String lane = notice.to().equals(Notice.CHECK) ? Notice.CHECK + notice.job() : notice.to();
        lane(lane).add(new Lane.Item() {
            @Override
            public Optional<Failure> deliver() {
                Instant oldest = clock.instant().minus(OLDEST);
                return notice.subject().at().isBefore(oldest)
                        ? Optional.of(new Failure("it has waited for more than a day", false))
                        : courier.deliver(notice);
            }

            @Override
            public void over(Optional<Failure> failure) {
                if (!isMail(notice)) {
                    judge(lane, failure); // what becomes of a mail is not known yet
                }
                failure.ifPresentOrElse(
                        it -> LOG.warn("notification not sent {}: {}", about(notice), it.why()),
                        () -> LOG.info("notification sent {}", about(notice)));
                file.ifPresent(Notifier.this::remove);
            }
        });
    }

    private boolean isMail(Notice notice) {
        return notice.to().equals(Notice.MAIL) || takesMail(notice.to());
    }

    private void remove(NoticeSpool.Waiting waiting) {
        try {
            waiting.delivered();
        } catch (StorageException e) {
            LOG.warn("a notification that is over stays in {}: {}", waiting.file(), e.getMessage());
            return; // it stays under way, so that this agent does not send it again
        }
        synchronized (this) {
            underWay.remove(waiting.file());
        }
    }

    private synchronized Lane lane(String name) {
        return lanes.computeIfAbsent(name, it -> new Lane(threads, pauses));
    }

    private void judge(String lane, Optional<Failure> failure) {
        watcher.accept(
                lane.equals(HEARTBEAT) ? "heartbeat" : lane.startsWith(Notice.CHECK) ? "ping" : lane,
                failure.isEmpty());
        remember(lane, failure);
    }

    private synchronized void remember(String lane, Optional<Failure> failure) {
        failure.filter(it -> isConfigured(lane))
                .ifPresentOrElse(it -> troubles.put(lane, it.why()), () -> troubles.remove(lane));
    }

    /** Of what is no longer configured nothing can succeed that would end its trouble. */
    private boolean isConfigured(String lane) {
        if (lane.equals(HEARTBEAT)) {
            return heartbeat.isPresent();
        }
        return lane.startsWith(Notice.CHECK)
                ? courier.hasCheck(lane.substring(Notice.CHECK.length()))
                : courier.receiver(lane).isPresent();
    }

    /** Which receivers do not take what they are sent. */
    public synchronized Optional<String> summary() {
        return troubles.entrySet().stream()
                .findFirst()
                .map(first -> "notifications are lost: "
                        + (first.getKey().equals(HEARTBEAT)
                                ? "heartbeat"
                                : first.getKey().startsWith(Notice.CHECK)
                                        ? "check of job " + first.getKey().substring(Notice.CHECK.length())
                                        : "receiver " + first.getKey())
                        + ": " + first.getValue()
                        + (troubles.size() > 1 ? ", and " + (troubles.size() - 1) + " more" : ""));
    }

    private static String name(Notice notice) {
        return switch (notice.to()) {
            case Notice.CHECK -> "ping";
            case Notice.MAIL -> "mail";
            default -> notice.to();
        };
    }

    private static String about(Notice notice) {
        String to = "to=" + name(notice) + " job=" + notice.job();
        if (notice.subject() instanceof Settled settled) {
            Settlement end = settled.line().settlement();
            return to + " fire=" + end.fire() + " token=" + end.token();
        }
        return to + " late=" + ((LateJob) notice.subject()).key();
    }
}
