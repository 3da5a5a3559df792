package io.fleetcron.notify;

import io.fleetcron.command.CannotRunException;
import io.fleetcron.command.EnvFileReader;
import io.fleetcron.config.Delivery;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.Mail;
import io.fleetcron.config.Notices.Ping;
import io.fleetcron.config.Receiver;
import io.fleetcron.config.Receiver.MailBox;
import io.fleetcron.config.Receiver.Program;
import io.fleetcron.config.Receiver.Webhook;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunId;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.mail.FedProgram;
import io.fleetcron.notify.Notice.Settled;
import io.fleetcron.notify.NoticeText.NoSuchVariableException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Delivers one notification once, by the configuration in force. Thread-safe; blocks on the receiver for a limited time.
 */
final class Courier {

    private static final String CONTENT_TYPE = "Content-Type";
    private static final Duration PROGRAM = Duration.ofMinutes(1);
    private static final int LARGEST_STATUS = 255;

    private final Path inputs;
    private final Duration deadline;
    private volatile Optional<Mailer> mailer = Optional.empty();
    private volatile Config config = new Config(Map.of(), Map.of(), Optional.empty());
    private volatile Optional<Http> http = Optional.empty();

    private record Config(Map<String, Receiver> receivers, Map<String, JobDefinition> jobs, Optional<URI> proxy) {}

    private record Http(Optional<URI> proxy, HttpSender sender) {}

    /**
     * @param inputs a folder of this host for what programs read
     * @param deadline for each HTTP request
     */
    Courier(Path inputs, Duration deadline) {
        this.inputs = inputs;
        this.deadline = deadline;
    }

    void configure(Delivery delivery, Map<String, JobDefinition> jobs) {
        config = new Config(delivery.receivers(), Map.copyOf(jobs), delivery.proxy());
    }

    void mailsBy(Mailer by) {
        mailer = Optional.of(by);
    }

    Optional<Receiver> receiver(String name) {
        return Optional.ofNullable(config.receivers.get(name));
    }

    boolean hasCheck(String job) {
        return check(job).isPresent();
    }

    /** Asks for a URL. */
    Optional<Failure> get(String url) {
        return http().get(url);
    }

    /** Says that a run has begun to the check of its job, if it has one. */
    Optional<Failure> started(RunId run) {
        return check(run.job()).flatMap(ping -> http().get(ping.of(run.job()) + "/start" + query(run)));
    }

    /** Tries once. */
    Optional<Failure> deliver(Notice notice) {
        if (notice.to().equals(Notice.CHECK)) {
            return notice.subject() instanceof Settled settled
                    ? ended(notice.job(), settled.line().settlement())
                    : Optional.of(new Failure("a check hears of settled fires only", false));
        }
        if (notice.to().equals(Notice.MAIL)) {
            return mail(notice, job(notice).flatMap(job -> job.policy().mail()).map(Mail::to));
        }
        Receiver receiver = config.receivers.get(notice.to());
        if (receiver instanceof Webhook webhook) {
            return post(webhook, fields(notice));
        }
        if (receiver instanceof Program program) {
            return feed(program, notice);
        }
        if (receiver instanceof MailBox box) {
            return mail(notice, Optional.of(box.to()));
        }
        return Optional.of(new Failure("this host's main file has no such receiver", false));
    }

    private Optional<Failure> mail(Notice notice, Optional<List<String>> to) {
        if (to.isEmpty() || mailer.isEmpty() || !(notice.subject() instanceof Settled settled)) {
            return Optional.of(new Failure("this host's definition of the job wants no such mail", false));
        }
        boolean kept = mailer.get()
                .mail(notice.job(), description(notice), settled.line().settlement(), notice.host(), to.get());
        return kept ? Optional.empty() : Optional.of(new Failure("no mail can be sent from this host", false));
    }

    private Optional<JobDefinition> job(Notice notice) {
        return Optional.ofNullable(config.jobs.get(notice.job()));
    }

    private String description(Notice notice) {
        return job(notice).map(JobDefinition::description).orElse("");
    }

    private Map<String, Object> fields(Notice notice) {
        return NoticeText.fields(notice, description(notice));
    }

    private Optional<Failure> post(Webhook webhook, Map<String, Object> fields) {
        try {
            Map<String, String> secrets = webhook.envFile().isPresent()
                    ? EnvFileReader.read(webhook.envFile().get())
                    : Map.of();
            Map<String, String> headers = new LinkedHashMap<>(Map.of(CONTENT_TYPE, "application/json"));
            for (Map.Entry<String, String> header : webhook.headers().entrySet()) {
                headers.keySet().removeIf(name -> name.equalsIgnoreCase(header.getKey()));
                headers.put(header.getKey(), NoticeText.filled(header.getValue(), Map.of(), secrets, false));
            }
            boolean json = headers.entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(CONTENT_TYPE))
                    .anyMatch(
                            header -> header.getValue().toLowerCase(Locale.ROOT).contains("json"));
            String body = webhook.body().isPresent()
                    ? NoticeText.filled(webhook.body().get(), fields, secrets, json)
                    : NoticeText.json(fields);
            String url = NoticeText.filled(webhook.url(), Map.of(), secrets, false);
            return http().post(url, headers, body);
        } catch (CannotRunException e) {
            return Optional.of(new Failure(e.reason(), true)); // somebody may be writing the file
        } catch (NoSuchVariableException e) {
            return Optional.of(new Failure(String.valueOf(e.getMessage()), false));
        }
    }

    private Optional<Failure> feed(Program program, Notice notice) {
        try {
            if (!Files.isDirectory(inputs)) {
                Files.createDirectories(
                        inputs, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            Path input = inputs.resolve(notice.fileName());
            try {
                Files.write(input, (NoticeText.json(fields(notice)) + "\n").getBytes(StandardCharsets.UTF_8));
                return new FedProgram(program.argv(), PROGRAM).feed(input).map(why -> new Failure(why, true));
            } finally {
                Files.deleteIfExists(input);
            }
        } catch (IOException e) {
            return Optional.of(new Failure("no input for its command: " + e.getMessage(), true));
        }
    }

    private Optional<Failure> ended(String job, Settlement settled) {
        return check(job).flatMap(ping -> http().get(ping.of(job) + suffix(settled) + query(settled.run(job))));
    }

    private Optional<Ping> check(String job) {
        return Optional.ofNullable(config.jobs.get(job))
                .flatMap(it -> it.policy().notices().ping());
    }

    /** What stands behind the URL of a check: an exit status means a failure there unless it is 0. */
    static String suffix(Settlement settled) {
        if (settled.outcome() == Outcome.SUCCEEDED) {
            return "";
        }
        boolean status = settled.outcome() == Outcome.FAILED
                && settled.exit().isPresent()
                && settled.exit().getAsInt() > 0
                && settled.exit().getAsInt() <= LARGEST_STATUS;
        return status ? "/" + settled.exit().getAsInt() : "/fail";
    }

    /** Start and end of one run have the same id, which has to be a UUID. */
    private static String query(RunId run) {
        String name = run.job() + "/" + run.fire() + "/" + run.token() + "/" + run.instance();
        return "?rid=" + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    /** Made with the first request, since few agents ever need it. */
    private HttpSender http() {
        Optional<URI> proxy = config.proxy;
        synchronized (this) {
            if (http.filter(made -> made.proxy.equals(proxy)).isEmpty()) {
                http = Optional.of(new Http(proxy, new HttpSender(proxy, deadline)));
            }
            return http.orElseThrow().sender;
        }
    }
}
