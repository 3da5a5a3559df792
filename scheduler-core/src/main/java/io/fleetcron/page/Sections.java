package io.fleetcron.page;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.observe.SeenInstance;
import io.fleetcron.observe.SeenRun;
import io.fleetcron.observe.StatusReport;
import io.fleetcron.observe.Upcoming;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The page's sections, each a table with a caption. */
final class Sections {

    /** Rows of fires. */
    private static final int MOST_FIRES = 500;

    private static final Comparator<HistoryLine> BY_END = Comparator.comparing(
                    (HistoryLine line) -> line.settlement().ended())
            .thenComparing(HistoryLine::job);

    /** Names in one quarter of an hour. */
    private static final int MOST_NAMES = 3;

    private static final int HEIGHTS = 8;

    private final Html html;
    private final Snapshot snapshot;
    private final StatusReport status;
    private final List<Track> tracks;
    private final boolean live;
    private final Drawn drawn;

    /**
     * Of one page.
     *
     * @param live whether the page has a server that can be asked for more
     * @param drawn what an earlier page was made of
     */
    Sections(Html html, Snapshot snapshot, List<Track> tracks, boolean live, Drawn drawn) {
        this.drawn = drawn;
        this.html = html;
        this.snapshot = snapshot;
        this.status = snapshot.status();
        this.tracks = tracks;
        this.live = live;
    }

    void here(Snapshot.Outage outage) {
        begin("here", "Runs of this host");
        if (outage.here().isEmpty()) {
            none("Nothing runs on host " + snapshot.host() + ", by its own files.");
        } else {
            table(
                    "Runs on host " + snapshot.host() + " by its own files",
                    "Job",
                    "Fire",
                    "Started",
                    "State",
                    "Command");
            for (SeenRun run : outage.here()) {
                html.open("tr").element("th", run.run().job(), "scope", "row");
                time(run.run().time());
                time(run.started());
                cell(run.state().name().toLowerCase(Locale.ROOT));
                output(run);
                html.closeLine();
            }
            endTable();
        }
        html.closeLine();
    }

    void troubles(List<Trouble> troubles) {
        begin("trouble", "Trouble");
        if (troubles.isEmpty()) {
            none(snapshot.outage().isPresent() ? "Nothing is known of the fleet's jobs now." : "None.");
        } else {
            table("What somebody should look at, the worst first", "What", "Of", "Details", "Since", "Command");
            for (Trouble trouble : troubles) {
                html.open("tr").open("td");
                sign(trouble.glyph(), trouble.style());
                html.text(" " + trouble.what()).close();
                html.element("th", trouble.subject(), "scope", "row");
                cell(trouble.detail());
                trouble.since().ifPresentOrElse(this::time, () -> cell("-"));
                command(trouble.command());
                html.closeLine();
            }
            endTable();
        }
        html.closeLine();
    }

    void jobs() {
        begin("jobs", "Jobs");
        legend();
        if (tracks.isEmpty()) {
            none("No jobs are configured.");
        } else {
            filtered(
                    "Filter jobs",
                    "Each job with its last " + PageReader.FIRES + " fires, the newest on the right;"
                            + " a run that took long is high",
                    "Job",
                    "Last fires",
                    "Last",
                    "Next",
                    "Command");
            tracks.forEach(this::job);
            endTable();
        }
        html.closeLine();
    }

    private void job(Track track) {
        Drawn.Job shown = new Drawn.Job(
                track.job().definition(),
                track.row(),
                track.job().problem(),
                track.job().next(),
                snapshot.config());
        html.own(drawn.job(shown, job -> html.part(() -> row(track))));
    }

    private void row(Track track) {
        JobDefinition job = track.job().definition();
        html.open("tr").open("th", "scope", "row").text(job.name());
        if (!job.description().isEmpty()) {
            html.element("p", job.description(), "class", "about quiet");
        }
        html.close();
        bars(track.cells());
        track.job()
                .problem()
                .ifPresentOrElse(
                        problem -> cell("ledger cannot be trusted: " + problem),
                        () -> track.last()
                                .ifPresentOrElse(
                                        last -> {
                                            html.open("td");
                                            sign(
                                                    last.look().glyph(),
                                                    last.look().style());
                                            html.text(" " + last.text()).close();
                                        },
                                        () -> cell("-")));
        track.job()
                .next()
                .ifPresentOrElse(this::time, () -> cell(job.enabled() ? Upcoming.none(job, "-") : "disabled"));
        command(List.of("history", job.name(), "--limit", Integer.toString(PageReader.FIRES)));
        html.closeLine();
    }

    /** For those who cannot see them, the bars are one picture with its contents in words. */
    private void bars(List<Cell> cells) {
        html.open("td");
        if (cells.isEmpty()) {
            html.text("-");
        } else {
            Duration longest = cells.stream()
                    .flatMap(cell -> cell.length().stream())
                    .max(Comparator.naturalOrder())
                    .orElse(Duration.ZERO);
            html.open("div", "class", "bars", "role", "img", "aria-label", inWords(cells));
            for (Cell cell : cells) {
                String height = cell.length()
                        .map(length -> height(length, longest))
                        .filter(steps -> steps > 1)
                        .map(steps -> " h" + steps)
                        .orElse("");
                html.element("b", cell.look().glyph(), "class", cell.look().style() + height, "title", cell.text());
            }
            html.close();
        }
        html.close();
    }

    private static int height(Duration length, Duration longest) {
        return longest.toMillis() == 0
                ? 1
                : (int) Math.max(
                        1, Math.min(HEIGHTS, Math.ceil((double) HEIGHTS * length.toMillis() / longest.toMillis())));
    }

    private static String inWords(List<Cell> cells) {
        Map<Cell.Look, Long> counts =
                new TreeMap<>(cells.stream().collect(Collectors.groupingBy(Cell::look, Collectors.counting())));
        return "Last " + Words.counted(cells.size(), "fire") + ": "
                + counts.entrySet().stream()
                        .map(count -> count.getValue() + " " + count.getKey().word())
                        .collect(Collectors.joining(", "));
    }

    private void legend() {
        html.open("ul", "class", "legend", "aria-label", "Signs");
        boolean shadow = tracks.stream()
                .anyMatch(track -> track.cells().stream().anyMatch(cell -> cell.look() == Cell.Look.SHADOWED));
        for (Cell.Look look : Cell.Look.values()) {
            if (look == Cell.Look.SHADOWED && !shadow) {
                continue; // seen in no fleet that runs its jobs
            }
            html.open("li");
            sign(look.glyph(), look.style());
            html.text(" " + look.word()).close();
        }
        html.closeLine();
    }

    void running() {
        begin("running", "Running now");
        if (status.running().isEmpty()) {
            none("Nothing runs.");
        } else {
            table("Runs in progress", "Job", "Fire", "Host", "Instance", "For", "Usually", "State", "Command");
            Map<String, Duration> usual = new TreeMap<>();
            tracks.forEach(track -> track.usual().ifPresent(length -> usual.put(track.name(), length)));
            for (SeenRun run : status.running()) {
                html.open("tr").element("th", run.run().job(), "scope", "row");
                time(run.run().time());
                cell(run.host());
                cell(run.run().instance());
                number(Words.length(Duration.between(run.started(), status.now())));
                number(Optional.ofNullable(usual.get(run.run().job()))
                        .map(Words::length)
                        .orElse("-"));
                cell(run.state().name().toLowerCase(Locale.ROOT));
                output(run);
                html.closeLine();
            }
            endTable();
        }
        html.closeLine();
    }

    void fires() {
        begin("fires", "Who ran what");
        List<HistoryLine> newest = newest();
        if (newest.isEmpty()) {
            none("No fire is known to be settled.");
        } else {
            filtered(
                    "Filter fires",
                    "How fires ended, the newest first: up to " + PageReader.FIRES + " of each job, " + MOST_FIRES
                            + " in all",
                    "Fire",
                    "Job",
                    "Outcome",
                    "Instance",
                    "Started",
                    "Took",
                    "Command");
            newest.forEach(this::fire);
            endTable();
        }
        html.closeLine();
    }

    /** The newest first. There are many more than are shown, so they are not all sorted. */
    private List<HistoryLine> newest() {
        PriorityQueue<HistoryLine> kept = new PriorityQueue<>(MOST_FIRES + 1, BY_END);
        for (List<HistoryLine> lines : snapshot.newest().values()) {
            for (HistoryLine line : lines) {
                if (kept.size() < MOST_FIRES || BY_END.compare(line, kept.element()) > 0) {
                    kept.add(line);
                }
                if (kept.size() > MOST_FIRES) {
                    kept.remove();
                }
            }
        }
        return kept.stream().sorted(BY_END.reversed()).toList();
    }

    private void fire(HistoryLine line) {
        Settlement settlement = line.settlement();
        Cell.Look look = Cell.Look.of(settlement.outcome());
        html.open("tr");
        time(settlement.fire());
        html.element("th", line.job(), "scope", "row").open("td");
        sign(look.glyph(), look.style());
        html.text(" " + Cell.how(settlement)).close();
        cell(settlement.instance());
        settlement.started().ifPresentOrElse(this::time, () -> cell("-"));
        number(Cell.length(settlement).map(Words::length).orElse("-"));
        command(Trouble.commandFor(line.job(), settlement));
        html.closeLine();
    }

    void upcoming() {
        begin("upcoming", "Next 24 hours");
        List<Quarter> quarters = Quarter.ofNextDay(status.jobs(), status.now(), drawn);
        table(
                "How many jobs are due in each quarter of an hour (UTC), and which of those that fire rarely",
                "Hour",
                ":00",
                ":15",
                ":30",
                ":45");
        int first = quarters.get(0).start().atOffset(ZoneOffset.UTC).getMinute() / (int) Quarter.LENGTH.toMinutes();
        List<Optional<Quarter>> all = new ArrayList<>();
        for (int i = 0; i < first; i++) {
            all.add(Optional.empty());
        }
        quarters.forEach(quarter -> all.add(Optional.of(quarter)));
        Instant hour = quarters.get(0).start().minus(Quarter.LENGTH.multipliedBy(first));
        for (int i = 0; i < all.size(); i += 4) {
            html.open("tr").element("th", Words.minute(hour.plus(Quarter.LENGTH.multipliedBy(i))), "scope", "row");
            for (int j = i; j < i + 4; j++) {
                Optional<Quarter> quarter = j < all.size() ? all.get(j) : Optional.empty();
                quarter.filter(due -> due.jobs() > 0)
                        .ifPresentOrElse(
                                due -> cell(due.jobs() + names(due.named())),
                                () -> html.element("td", "-", "class", "none"));
            }
            html.closeLine();
        }
        endTable();
        html.closeLine();
    }

    private static String names(List<String> names) {
        if (names.isEmpty()) {
            return "";
        }
        String more = names.size() > MOST_NAMES ? ", …" : "";
        return ": " + names.stream().limit(MOST_NAMES).collect(Collectors.joining(", ")) + more;
    }

    void hosts() {
        begin("hosts", "Hosts");
        if (status.instances().isEmpty()) {
            none("No instance is known.");
        } else {
            table(
                    "Instances, by the member table",
                    "Instance",
                    "Alive",
                    "Seen",
                    "Host",
                    "Version",
                    "Running",
                    "Definitions",
                    "State",
                    "Command");
            status.instances().forEach(this::host);
            endTable();
        }
        html.closeLine();
    }

    private void host(SeenInstance seen) {
        html.open("tr").element("th", seen.member().instance(), "scope", "row");
        html.open("td");
        sign(seen.alive() ? "✓" : "✗", seen.alive() ? "o-succeeded" : "o-failed");
        html.text(seen.alive() ? " yes" : " no").close();
        number(Words.length(Duration.between(seen.seen(), status.now())) + " ago");
        cell(seen.member().host());
        cell(seen.member().version());
        number(Integer.toString(seen.member().running()));
        cell(status.differs(seen) ? "differ" : "same");
        cell(seen.member().state());
        html.open("td")
                .element("code", Shell.line(List.of("ssh", seen.member().host(), "fleetcron", "doctor")))
                .close();
        html.closeLine();
    }

    private void begin(String id, String title) {
        html.open("section", "id", id, "aria-labelledby", id + "-title");
        html.element("h2", title, "id", id + "-title").own("\n");
    }

    private void none(String text) {
        html.element("p", text, "class", "quiet");
    }

    private void table(String caption, String... columns) {
        table(List.of(), caption, columns);
    }

    private void filtered(String filter, String caption, String... columns) {
        table(List.of("data-filter", filter), caption, columns);
    }

    private void table(List<String> attributes, String caption, String... columns) {
        // Wide tables move sideways in narrow windows; the keyboard reaches what has a place in its order.
        html.open("div", "class", "wide", "role", "region", "aria-label", caption, "tabindex", "0");
        html.open("table", attributes.toArray(String[]::new)).element("caption", caption);
        html.open("thead").open("tr");
        for (String column : columns) {
            html.element("th", column, "scope", "col");
        }
        html.close().closeLine().open("tbody").own("\n");
    }

    private void endTable() {
        html.close().close().closeLine();
    }

    private void sign(String glyph, String style) {
        html.element("span", glyph, "class", "sign " + style, "aria-hidden", "true");
    }

    private void cell(String text) {
        html.element("td", text);
    }

    private void number(String text) {
        html.element("td", text, "class", "n");
    }

    private void time(Instant time) {
        html.open("td")
                .element("time", Words.time(time), "datetime", time.toString())
                .close();
    }

    /** The command that shows a run's output, and where there is a server, the output itself. */
    private void output(SeenRun run) {
        html.open("td").element("code", line(List.of("logs", run.run().job(), "--follow")));
        if (live) {
            html.text(" ").element("a", "Output so far", "class", "output", "href", RunOutput.link(run.run()));
        }
        html.close();
    }

    private void command(List<String> words) {
        html.open("td").element("code", line(words)).close();
    }

    private String line(List<String> words) {
        List<String> all = new ArrayList<>(List.of("fleetcron", words.get(0)));
        snapshot.config().ifPresent(file -> all.addAll(List.of("--config", file)));
        all.addAll(words.subList(1, words.size()));
        return Shell.line(all);
    }
}
