package io.fleetcron.page;

import io.fleetcron.observe.SeenInstance;
import io.fleetcron.observe.StatusReport;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** The page as a pure function of what it shows. All of it is there without its script, which only filters and reloads. */
public final class Page {

    private static final Assets ASSETS = Assets.load();

    private Page() {}

    /** The policy that the page of a server itself also demands, for the server's header. */
    public static String policy() {
        return ASSETS.livePolicy();
    }

    /** One HTML document that needs nothing else. */
    public static String html(Snapshot snapshot) {
        return html(snapshot, false, new Drawn());
    }

    /**
     * One HTML document for the one that serves it: it also shows what runs write.
     *
     * @param drawn of the page before; only the time that it takes depends on it
     */
    static String live(Snapshot snapshot, Drawn drawn) {
        return html(snapshot, true, drawn);
    }

    private static String html(Snapshot snapshot, boolean live, Drawn drawn) {
        List<Track> tracks = Track.all(snapshot, drawn);
        drawn.retain(tracks.stream().map(Track::name).collect(Collectors.toSet()));
        List<Trouble> troubles = Trouble.of(snapshot, tracks);
        Html html = new Html(drawn.length());
        html.own("<!DOCTYPE html>\n").open("html", "lang", "en").own("\n");
        head(html, snapshot, troubles, live ? ASSETS.livePolicy() : ASSETS.policy());
        html.open("body").own("\n");
        header(html, snapshot, troubles);
        html.open("main").own("\n");
        Sections sections = new Sections(html, snapshot, tracks, live, drawn);
        snapshot.outage().ifPresent(sections::here);
        sections.troubles(troubles);
        sections.jobs();
        sections.running();
        sections.fires();
        sections.upcoming();
        sections.hosts();
        html.closeLine();
        html.open("script").own(live ? ASSETS.live() : ASSETS.script()).closeLine();
        String page = html.closeLine().close().own("\n").toString();
        drawn.length(page.length());
        return page;
    }

    private static void head(Html html, Snapshot snapshot, List<Trouble> troubles, String policy) {
        html.open("head").own("\n");
        html.empty("meta", "charset", "utf-8");
        html.empty("meta", "http-equiv", "Content-Security-Policy", "content", policy);
        html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        html.empty("meta", "name", "referrer", "content", "no-referrer");
        String state = snapshot.outage().isPresent()
                ? "the shared directory does not answer"
                : troubles.isEmpty() ? "all is well" : troubles.size() + " in trouble";
        html.element("title", "fleetcron: " + state).own("\n");
        html.open("style").own(ASSETS.style()).closeLine();
        html.closeLine();
    }

    private static void header(Html html, Snapshot snapshot, List<Trouble> troubles) {
        StatusReport status = snapshot.status();
        html.open("header").own("\n").element("h1", "fleetcron");
        snapshot.outage()
                .ifPresent(outage -> html.element("p", outageText(status, outage), "class", "alarm", "role", "alert"));
        html.element("p", "", "class", "alarm", "id", "old", "hidden", "hidden");
        snapshot.notes().forEach(note -> html.element("p", note, "class", "quiet"));
        html.open("dl", "class", "fleet");
        long alive = status.instances().stream().filter(SeenInstance::alive).count();
        long differ = status.instances().stream()
                .filter(SeenInstance::alive)
                .filter(status::differs)
                .count();
        fact(html, "Hosts alive", alive + " of " + status.instances().size());
        int drained = Trouble.drained(status).size();
        if (drained > 0) {
            fact(html, "Drained", Integer.toString(drained));
        }
        fact(
                html,
                "Shared directory",
                snapshot.outage().isPresent()
                        ? "does not answer"
                        : snapshot.answer()
                                .map(took -> "answers in " + took.toMillis() + " ms")
                                .orElse("not read"));
        html.open("div").element("dt", "Made (UTC)").open("dd");
        html.element("time", Words.time(status.now()), "datetime", status.now().toString(), "id", "made");
        html.text(" on " + snapshot.host()).close().close();
        fact(html, "Clock", status.serverClock() ? "the file server's" : "this host's");
        fact(html, "Definitions", differ == 0 ? "the same" : "differ on " + Words.counted(differ, "host"));
        fact(html, "In trouble", troubles.isEmpty() ? "nothing" : Integer.toString(troubles.size()));
        html.closeLine();
        html.open("nav", "aria-label", "Sections").open("ul");
        link(html, "trouble", "Trouble");
        link(html, "jobs", "Jobs");
        link(html, "running", "Running now");
        link(html, "fires", "Who ran what");
        link(html, "upcoming", "Next 24 hours");
        link(html, "hosts", "Hosts");
        html.close().closeLine().closeLine();
    }

    private static String outageText(StatusReport status, Snapshot.Outage outage) {
        String shown = outage.age()
                .map(Duration::toSeconds)
                .map(age -> "What is shown of the fleet is " + Words.length(Duration.ofSeconds(age))
                        + " old; runs of this host" + " are shown as they are now.")
                .orElse("What is shown is this host's part alone.");
        return "The shared directory " + status.sharedDir() + " does not answer: " + outage.problem() + ". " + shown;
    }

    private static void fact(Html html, String name, String value) {
        html.open("div").element("dt", name).element("dd", value).closeLine();
    }

    private static void link(Html html, String id, String text) {
        html.open("li").element("a", text, "href", "#" + id).close();
    }
}
