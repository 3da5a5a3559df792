package io.fleetcron.mail;

import io.fleetcron.fleet.Outcome;
import io.fleetcron.late.Late;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.output.MailExcerpt;
import io.fleetcron.output.PrintableText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * A mail about a settled fire as sendmail(8) takes it: a message of RFC 5322 and MIME with this system's line ends.
 * Output that is plain text stands in the body, other output is attached byte for byte. Pure but for its random ids.
 */
final class MailMessage {

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, d MMM uuuu HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter IN_NAMES =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** RFC 5322 (2.1.1) allows 998 bytes; some programs count the line end. */
    private static final int LONGEST_LINE = 990;

    private final Story story;
    private final StringBuilder text = new StringBuilder();

    /**
     * What there is to tell.
     *
     * @param job the job's name
     * @param description its description, may be empty
     * @param settlement how its fire, or a row of its fires, was settled
     * @param host where it ran, or who settled it if it did not run
     * @param output what it wrote
     * @param left whether the agent that settled it ended before it sent the mail, so that not all of the output may be known
     */
    record Story(String job, String description, Settlement settlement, String host, MailExcerpt output, boolean left) {
        Story(String job, String description, Settlement settlement, String host, MailExcerpt output) {
            this(job, description, settlement, host, output, false);
        }
    }

    private MailMessage(Story story) {
        this.story = story;
    }

    /**
     * The whole message.
     *
     * @param from the local user that sends it
     * @param to the recipients, see {@link #isAddress}
     */
    static byte[] of(Story story, String from, List<String> to, Instant now) {
        return new MailMessage(story).message(from, to, now).getBytes(StandardCharsets.UTF_8);
    }

    /** The whole message that a job is late. */
    static byte[] late(
            String job, String description, Late late, String host, String from, List<String> to, Instant now) {
        StringBuilder facts = new StringBuilder("job       " + job + "\n");
        facts.append(described(description))
                .append("late      ")
                .append(late.words())
                .append("\nsince     ")
                .append(late.since())
                .append("\nby        ")
                .append(late.key())
                .append("\nfound on  ")
                .append(host)
                .append("\n\nfleetcron status\nfleetcron history ")
                .append(job)
                .append('\n');
        StringBuilder text = new StringBuilder();
        head(text, Headline.late(job, late.words()), job, host, from, to, now);
        header(text, "MIME-Version", "1.0");
        textHeaders(text);
        return text.append('\n').append(facts).toString().getBytes(StandardCharsets.UTF_8);
    }

    /** False for what must not stand in a header: it could begin another one. */
    static boolean isAddress(String text) {
        return !text.isBlank() && text.chars().noneMatch(Character::isISOControl);
    }

    private String message(String from, List<String> to, Instant now) {
        Settlement settled = story.settlement;
        head(text, Headline.of(story.job, settled, story.host), story.job, story.host, from, to, now);
        header("X-Fleetcron-Fire", settled.fire().toString());
        header("X-Fleetcron-Token", String.valueOf(settled.token()));
        header("X-Fleetcron-Outcome", settled.outcome().word());
        header("MIME-Version", "1.0");
        byte[] output = story.output.beginning();
        if (isText(output)) {
            textHeaders(text);
            text.append('\n').append(facts());
            if (output.length > 0) {
                text.append("\n---- output ----\n").append(new String(output, StandardCharsets.UTF_8));
            }
        } else {
            attached(output);
        }
        return text.append(text.charAt(text.length() - 1) == '\n' ? "" : "\n").toString();
    }

    private static void head(
            StringBuilder text, String subject, String job, String host, String from, List<String> to, Instant now) {
        header(text, "From", "fleetcron <" + oneLine(from) + ">");
        text.append("To: ").append(String.join(",\n ", to)).append('\n');
        header(text, "Subject", encoded(subject));
        header(text, "Date", DATE.format(now));
        header(text, "Message-ID", "<" + UUID.randomUUID() + "@" + oneLine(host) + ">");
        header(text, "Auto-Submitted", "auto-generated"); // RFC 3834: no vacation message comes back
        header(text, "X-Fleetcron-Job", oneLine(job));
    }

    private void attached(byte[] output) {
        String boundary = "=_fleetcron_" + UUID.randomUUID();
        header("Content-Type", "multipart/mixed; boundary=\"" + boundary + "\"");
        text.append("\n--").append(boundary).append('\n');
        textHeaders(text);
        text.append('\n').append(facts()).append("\n--").append(boundary).append('\n');
        String name = story.job + "-" + IN_NAMES.format(story.settlement.fire()) + ".log";
        header("Content-Type", "application/octet-stream");
        header("Content-Disposition", "attachment; filename=\"" + oneLine(name) + "\"");
        header("Content-Transfer-Encoding", "base64");
        Base64.Encoder lines = Base64.getMimeEncoder(76, new byte[] {'\n'});
        text.append('\n').append(lines.encodeToString(output));
        text.append("\n--").append(boundary).append("--\n");
    }

    private static void textHeaders(StringBuilder text) {
        header(text, "Content-Type", "text/plain; charset=UTF-8");
        header(text, "Content-Transfer-Encoding", "8bit");
    }

    private void header(String name, String value) {
        header(text, name, value);
    }

    private static void header(StringBuilder text, String name, String value) {
        text.append(name).append(": ").append(value).append('\n');
    }

    private static String described(String description) {
        byte[] words = description.getBytes(StandardCharsets.UTF_8);
        return words.length == 0 ? "" : "          " + PrintableText.harmless(words, 0, words.length) + "\n";
    }

    private String facts() {
        Settlement settled = story.settlement;
        List<String> lines = new ArrayList<>();
        lines.add("job       " + story.job);
        if (!story.description.isEmpty()) {
            lines.add(described(story.description).stripTrailing());
        }
        lines.add("fire      " + settled.fire());
        if (settled.count() > 1) {
            lines.add("through   " + settled.through() + ", " + settled.count() + " fires");
        }
        lines.add("outcome   " + settled.outcome().word() + reason(settled.outcome()));
        settled.exit().ifPresent(exit -> lines.add("exit      " + exit));
        lines.add("host      " + story.host);
        lines.add("instance  " + settled.instance());
        if (settled.outcome().ran()) {
            lines.add("token     " + settled.token());
            lines.add("attempts  " + settled.attempts());
        }
        settled.started().ifPresent(started -> {
            lines.add("started   " + started);
            lines.add("ended     " + settled.ended() + ", after " + lasted(Duration.between(started, settled.ended())));
        });
        settled.usage()
                .ifPresent(used -> lines.add(
                        "used      " + used.processorTime() + " of processor, " + used.memory() + " of memory"));
        lines.add("");
        lines.add("fleetcron history " + story.job);
        boolean left = story.left && settled.outcome().ran();
        if (story.output.size() > 0 || left) {
            lines.add("fleetcron logs " + story.job + " --fire " + settled.fire());
        }
        if (story.output.isCut()) {
            lines.add("Only the first " + story.output.beginning().length + " of " + story.output.size()
                    + " bytes of output stand here.");
        }
        if (left) {
            lines.add(
                    "The agent that recorded this ended before it sent this mail, which another agent does now: not all");
            lines.add("of the output may stand here. If that command does not show it either, it is on host "
                    + story.host + " alone, or lost.");
        }
        return String.join("\n", lines) + "\n";
    }

    private static String reason(Outcome outcome) {
        return switch (outcome) {
            case LOST -> ": its host died or was cut off before the end was recorded";
            case MISSED -> ": no host could start it in time";
            case TIMED_OUT -> ": ended at its time limit";
            case KILLED -> ": ended on request, or by a newer fire";
            default -> "";
        };
    }

    private static String lasted(Duration time) {
        long seconds = Math.max(0, time.toSeconds());
        return String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    /** As it is if it is ASCII, else in encoded words of RFC 2047, each shorter than 75 characters. */
    static String encoded(String value) {
        String line = oneLine(value);
        if (line.chars().allMatch(c -> c < 0x7f)) {
            return line;
        }
        List<String> words = new ArrayList<>();
        StringBuilder piece = new StringBuilder();
        for (int c : line.codePoints().toArray()) {
            String next = Character.toString(c);
            if (utf8(piece + next).length > 45) {
                words.add(word(piece.toString()));
                piece.setLength(0);
            }
            piece.append(next);
        }
        words.add(word(piece.toString()));
        return String.join("\n ", words);
    }

    private static String word(String piece) {
        return "=?UTF-8?B?" + Base64.getEncoder().encodeToString(utf8(piece)) + "?=";
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String oneLine(String value) {
        return value.replaceAll("\\p{Cntrl}+", " ");
    }

    /** Whether output can stand in the body as it is: UTF-8, without controls and endless lines. */
    private static boolean isText(byte[] output) {
        int line = 0;
        for (byte b : output) {
            line = b == '\n' ? 0 : line + 1;
            boolean control = (b >= 0 && b < ' ' && b != '\n' && b != '\t') || b == 0x7f;
            if (control || line > LONGEST_LINE) {
                return false;
            }
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(output));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
