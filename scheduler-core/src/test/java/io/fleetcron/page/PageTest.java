package io.fleetcron.page;

import static io.fleetcron.page.Fleet.settlement;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.control.Control;
import io.fleetcron.control.Span;
import io.fleetcron.fleet.Asked;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.Unfit;
import io.fleetcron.observe.SeenRun.State;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;

/** The page as a strict parser reads it, of fleets that are well, in trouble, hostile or cut off. */
class PageTest {

    @TempDir
    private Path folder;

    private Fleet fleet(String... jobs) throws Exception {
        return new Fleet(folder, jobs);
    }

    private static String hash(Element element) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256")
                .digest(element.getTextContent().getBytes(StandardCharsets.UTF_8));
        return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    }

    @Test
    void itsPolicyAllowsItsOwnStyleAndScriptAndNothingElse() throws Exception {
        Document page = Document.of(fleet("one: {every: 1h, command: 'true'}"));

        String policy = page.all("meta").stream()
                .filter(meta -> meta.getAttribute("http-equiv").equals("Content-Security-Policy"))
                .map(meta -> meta.getAttribute("content"))
                .findFirst()
                .orElseThrow();

        assertEquals(
                "default-src 'none'; style-src " + hash(page.only("style")) + "; script-src "
                        + hash(page.only("script")) + "; base-uri 'none'; form-action 'none'",
                policy);
        assertEquals(
                Page.policy().replaceAll("script-src '[^']*'", ""),
                policy.replaceAll("script-src '[^']*'", "").replace("; base", "; connect-src 'self'; base"));
    }

    @Test
    void thePageOfAServerAsksThatServerForWhatARunWrites() throws Exception {
        Fleet fleet = fleet("one: {every: 1h, command: 'true'}").running("one", "web-1", "12:00:00", State.RUNNING);
        Document page = new Document(Page.live(fleet.snapshot(), new Drawn()));
        Element policy = page.all("meta").stream()
                .filter(meta -> meta.getAttribute("http-equiv").equals("Content-Security-Policy"))
                .findFirst()
                .orElseThrow();

        assertEquals(Page.policy(), policy.getAttribute("content"));
        assertTrue(Page.policy().contains("script-src " + hash(page.only("script")) + "; connect-src 'self'"));
        assertEquals(
                List.of("output?job=one&fire=2026-11-23T12%3A00%3A00Z&token=9&instance=web-1"),
                page.all("a").stream()
                        .map(link -> link.getAttribute("href"))
                        .filter(href -> !href.startsWith("#"))
                        .toList());
        assertFalse(Page.html(fleet.snapshot()).contains("output?"), "a file has nobody to ask");
    }

    @Test
    void itRefersToNothingOutside() throws Exception {
        Document page = Document.of(fleet("one: {every: 1h, command: 'true'}"));

        for (Element element : page.all("*")) {
            assertFalse(element.hasAttribute("src"), element.getTagName());
            assertFalse(element.hasAttribute("style"), element.getTagName());
            assertTrue(!element.hasAttribute("href")
                    || element.getAttribute("href").startsWith("#"));
        }
        for (String own :
                List.of(page.only("style").getTextContent(), page.only("script").getTextContent())) {
            assertFalse(own.matches("(?s).*(https?:|url\\(|@import|fetch\\(|XMLHttpRequest).*"), own);
        }
    }

    @Test
    void everyTableHasACaptionAndEveryHeaderItsScope() throws Exception {
        Document page = Document.of(full());

        assertEquals(6, page.all("table").size(), "trouble, jobs, running, fires, upcoming, hosts");
        for (Element table : page.all("table")) {
            assertEquals(1, Document.within(table, "caption").size());
            Document.within(table, "th").forEach(header -> assertTrue(header.hasAttribute("scope")));
        }
        Set<String> ids = new TreeSet<>();
        for (Element element : page.all("*")) {
            assertTrue(!element.hasAttribute("id") || ids.add(element.getAttribute("id")), "each id once");
        }
        for (Element link : page.all("a")) {
            assertTrue(ids.contains(link.getAttribute("href").substring(1)), link.getAttribute("href"));
        }
        for (Element bars : page.all("div")) {
            assertEquals(
                    bars.getAttribute("role").equals("img"),
                    bars.getAttribute("class").equals("bars"));
        }
    }

    private Fleet full() throws Exception {
        return fleet(
                        "good: {every: 1h, command: 'true', description: Adds up}",
                        "bad: {every: 1h, command: 'true'}",
                        "gone: {every: 1h, command: 'true'}",
                        "slow: {every: 1h, command: 'true'}",
                        "stuck: {every: 1h, command: 'true'}",
                        "off: {every: 1h, command: 'true', enabled: false}")
                .member("web-1", true, "ok", Unfit.NONE)
                .member(
                        "web-2",
                        true,
                        "unfit for job bad: no such user",
                        new Unfit(Optional.empty(), Map.of("bad", "no such user")))
                .member("web-3", false, "ok", Unfit.NONE)
                .member("web-4", true, "ok", Unfit.NONE, "others")
                .ran("good", "10:00:00", Outcome.FAILED, 1)
                .ran("good", "11:00:00", Outcome.SUCCEEDED, 2)
                .ran("bad", "11:00:00", Outcome.SUCCEEDED, 1)
                .ran("bad", "12:00:00", Outcome.FAILED, 90)
                .ran("gone", "12:00:00", Outcome.LOST, 4)
                .ran("slow", "10:00:00", Outcome.SUCCEEDED, 30)
                .ran("slow", "11:00:00", Outcome.SUCCEEDED, 40)
                .running("slow", "host-web-1", "12:00:00", State.RUNNING)
                .due("slow", "12:05:00")
                .due("stuck", "12:00:00", "12:06:00");
    }

    @Test
    void troubleComesFirstAndTheWorstOfItAtTheTop() throws Exception {
        Document page = Document.of(full());

        assertEquals("trouble", page.all("section").get(0).getAttribute("id"));
        assertEquals(
                List.of(
                        "· late | stuck | due since 7 min, not started | 2026-11-23 12:00:00 | fleetcron status",
                        "L lost | gone | 2026-11-23 12:00:00 lost, exit 3, 4.0 s, web-1 | 2026-11-23 12:00:00"
                                + " | fleetcron logs gone --fire 2026-11-23T12:00:00Z --instance web-1",
                        "✗ failed | bad | 2026-11-23 12:00:00 failed, exit 3, 1 min 30 s, web-1 | 2026-11-23 12:00:00"
                                + " | fleetcron logs bad --fire 2026-11-23T12:00:00Z --instance web-1",
                        "! host | web-2 | cannot run bad: no such user | - | fleetcron status",
                        "≠ definitions differ | web-4 | it goes by other job definitions than the host that made this"
                                + " page | - | fleetcron diff"),
                page.rows("trouble"));
    }

    @Test
    void aJobThatIsLateByItsDefinitionIsAmongTrouble() throws Exception {
        Document page = Document.of(fleet(
                        "one: {every: 1h, command: 'true', late_after: 5m, no_success_for: 90m}",
                        "two: {every: 1h, command: 'true', late_after: 10m}",
                        "off: {every: 1h, command: 'true', late_after: 5m, enabled: false}")
                .member("web-1", true, "ok", Unfit.NONE)
                .ledger("one", "11:00:00")
                .ledger("two", "11:00:00")
                .ledger("off", "11:00:00")
                .due("one", "12:00:00"));

        assertEquals(
                List.of(
                        "· late | one | fire 2026-11-23T12:00:00Z has not started | 2026-11-23 12:05:00 | fleetcron status"),
                page.rows("trouble"));
    }

    private static Span span(String reason, Optional<Instant> until) {
        return new Span(new Asked("anna@web-1", Fleet.at("11:00:00"), reason), until, Optional.empty());
    }

    @Test
    void whatPeopleAskedForIsShownWithWhoUntilWhenAndHowToTakeItBack() throws Exception {
        Document page = Document.of(fleet("one: {every: 1h, command: 'true'}")
                .member("web-1", true, "drained by anna", Unfit.NONE)
                .asked(
                        new Control.Pause("*", span("the database moves", Optional.of(Fleet.at("14:00:00")))),
                        new Control.Drain("web-1", span("", Optional.empty()))));

        assertEquals(
                List.of(
                        "‖ pause | * | by anna@web-1, until 2026-11-23 14:00:00: the database moves"
                                + " | 2026-11-23 11:00:00 | fleetcron resume '*'",
                        "‖ drain | web-1 | by anna@web-1, until it is taken back | 2026-11-23 11:00:00"
                                + " | fleetcron undrain web-1"),
                page.rows("trouble"));
        assertTrue(page.only("dl").getTextContent().contains("Drained1"));
    }

    @Test
    void controlsThatCannotBeTrustedStandAtTheTop() throws Exception {
        Document page = Document.of(full().controlProblem("its checksum is wrong"));

        assertEquals(
                "! controls cannot be trusted | all jobs | its checksum is wrong. No job starts until the table is"
                        + " replaced | - | fleetcron resume --all",
                page.rows("trouble").get(0));
    }

    @Test
    void aJobThatNoLiveHostMayRunIsTrouble() throws Exception {
        Fleet fleet = fleet("one: {every: 1h, command: 'true', hosts: [host-web-3]}")
                .member("web-1", true, "ok", Unfit.NONE)
                .member("web-3", false, "ok", Unfit.NONE);

        assertEquals(
                List.of("! no host | one | no live instance may run it, by its hosts and labels | - | fleetcron list"),
                Document.of(fleet).rows("trouble"));
    }

    @Test
    void aFleetThatIsWellSaysSo() throws Exception {
        Document page = Document.of(fleet("one: {every: 1h, command: 'true'}")
                .member("web-1", true, "ok", Unfit.NONE)
                .ran("one", "12:00:00", Outcome.SUCCEEDED, 1));

        assertEquals("fleetcron: all is well", page.only("title").getTextContent());
        assertEquals("TroubleNone.", page.section("trouble").getTextContent().replace("\n", ""));
        String line = page.only("dl").getTextContent();
        assertTrue(line.contains("1 of 1") && line.contains("answers in 12 ms"), line);
        assertEquals(
                List.of(),
                page.all("p").stream().filter(p -> p.hasAttribute("role")).toList());
    }

    @Test
    void aJobHasItsFiresTheNewestOnTheRight() throws Exception {
        Document page = Document.of(full());

        assertEquals(
                List.of(
                        "goodAdds up | ✗✓ | ✓ 2026-11-23 11:00:00 succeeded, 2.0 s, web-1 | 2026-11-23 13:00:00"
                                + " | fleetcron history good --limit 30",
                        "bad | ✓✗ | ✗ 2026-11-23 12:00:00 failed, exit 3, 1 min 30 s, web-1 | 2026-11-23 13:00:00"
                                + " | fleetcron history bad --limit 30",
                        "gone | L | L 2026-11-23 12:00:00 lost, exit 3, 4.0 s, web-1 | 2026-11-23 13:00:00"
                                + " | fleetcron history gone --limit 30",
                        "slow | ✓✓▸· | ✓ 2026-11-23 11:00:00 succeeded, 40 s, web-1 | 2026-11-23 13:00:00"
                                + " | fleetcron history slow --limit 30",
                        "stuck | ·· | - | 2026-11-23 13:00:00 | fleetcron history stuck --limit 30",
                        "off | - | - | disabled | fleetcron history off --limit 30"),
                page.rows("jobs"));
        Element bars = page.all("div").stream()
                .filter(div -> div.getAttribute("aria-label").startsWith("Last 4 fires"))
                .findFirst()
                .orElseThrow();
        assertEquals("Last 4 fires: 2 succeeded, 1 running, 1 due, not started", bars.getAttribute("aria-label"));
        assertEquals(
                List.of("o-succeeded h6", "o-succeeded h8", "o-running", "o-due"),
                Document.within(bars, "b").stream()
                        .map(bar -> bar.getAttribute("class"))
                        .toList());
    }

    @Test
    void whatRunsIsBesideWhatIsUsual() throws Exception {
        assertEquals(
                List.of("slow | 2026-11-23 12:00:00 | host-web-1 | host-web-1 | 7 min | 40 s | running"
                        + " | fleetcron logs slow --follow"),
                Document.of(full()).rows("running"));
    }

    @Test
    void firesAreTheNewestFirst() throws Exception {
        List<String> rows = Document.of(full()).rows("fires");

        assertEquals(7, rows.size());
        assertEquals(
                "2026-11-23 12:00:00 | bad | ✗ failed, exit 3 | web-1 | 2026-11-23 12:00:00 | 1 min 30 s"
                        + " | fleetcron logs bad --fire 2026-11-23T12:00:00Z --instance web-1",
                rows.get(0));
    }

    @Test
    void theNextDayIsCountedByQuarters() throws Exception {
        List<String> rows = Document.of(fleet(
                        "often: {every: 1m, command: 'true'}",
                        "daily: {schedule: '20 3 * * *', command: 'true'}",
                        "never: {schedule: '@reboot', run_on: every, command: 'true'}"))
                .rows("upcoming");

        assertEquals(24, rows.size(), "it is 12:07, and the day begins at 12:00");
        assertEquals("12:00 | 1 | 1 | 1 | 1", rows.get(0));
        assertEquals("03:00 | 1 | 2: daily | 1 | 1", rows.get(15));
        assertEquals("11:00 | 1 | 1 | 1 | 1", rows.get(23));
    }

    @Test
    void anotherConfigurationIsNamedInCommands() throws Exception {
        List<String> rows = Document.of(
                        fleet("one: {every: 1h, command: 'true'}").configuredBy("/etc/it's mine.yaml"))
                .rows("jobs");

        assertTrue(
                rows.get(0).endsWith("| fleetcron history --config '/etc/it'\\''s mine.yaml' one --limit 30"),
                rows.get(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "</script><script>alert(1)</script>",
                "</style></title><img src=x onerror=alert(1)>",
                "\" onmouseover=\"alert(1)",
                "' onmouseover='alert(1)",
                "<!-- <![CDATA[ ]]> -->",
                "&lt;b&gt; &amp; &#60; &unknown;",
                "\u202egnp.exe\u2066 \u0000\u0007\u001b[31m \uD800 \uFFFF \u2028",
                "$(reboot); `reboot` 'quoted' \"twice\" \n new line"
            })
    void whatOthersWroteStaysText(String hostile) throws Exception {
        Fleet fleet = fleet("one: {every: 1h, command: 'true'}", "two: {every: 1h, command: 'true'}")
                .member("web-1", true, hostile, new Unfit(Optional.of(hostile), Map.of(hostile, hostile)), hostile)
                .member(hostile, false, hostile, Unfit.NONE)
                .settled("one", settlement("11:00:00", Outcome.FAILED, hostile, 1, 1, Optional.of(hostile)))
                .settled(hostile, settlement("11:00:00", Outcome.SKIPPED, hostile, 1, 1, Optional.of(hostile)))
                .running(hostile, hostile, "11:30:00", State.UNATTENDED)
                .outage(new Snapshot.Outage(
                        hostile, Optional.empty(), List.of(Fleet.run(hostile, hostile, "11:30:00", State.RUNNING))));

        Document page = Document.of(fleet);

        assertEquals(1, page.all("script").size());
        assertEquals(1, page.all("style").size());
        assertEquals(List.of(), page.all("img"));
        Set<String> attributes = new TreeSet<>();
        for (Element element : page.all("*")) {
            for (int i = 0; i < element.getAttributes().getLength(); i++) {
                attributes.add(element.getAttributes().item(i).getNodeName());
            }
        }
        attributes.removeIf(name -> name.startsWith("aria-"));
        assertEquals(
                Set.of(
                        "charset",
                        "class",
                        "content",
                        "data-filter",
                        "datetime",
                        "hidden",
                        "href",
                        "http-equiv",
                        "id",
                        "lang",
                        "name",
                        "role",
                        "scope",
                        "tabindex",
                        "title"),
                attributes);
        assertTrue(page.html().chars().noneMatch(c -> c != '\n' && Character.isISOControl(c)));
        assertTrue(page.html().chars().noneMatch(c -> (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069)));
        String plain = hostile.length() > 20 && hostile.chars().allMatch(c -> c >= ' ' && c < 0x7f) ? hostile : "";
        assertTrue(page.section("hosts").getTextContent().contains(plain));
    }

    @Test
    void whileTheShareHangsThePageSaysHowOldItIsAndShowsThisHostsRuns() throws Exception {
        Document page = Document.of(full().outage(new Snapshot.Outage(
                "no answer within 5000 ms",
                Optional.of(Duration.ofSeconds(65)),
                List.of(Fleet.run("slow", "here", "12:00:00", State.RUNNING)))));

        Element alert = page.all("p").stream()
                .filter(p -> p.getAttribute("role").equals("alert"))
                .findFirst()
                .orElseThrow();
        assertTrue(
                alert.getTextContent()
                        .contains("does not answer: no answer within 5000 ms. What is shown of the fleet is"
                                + " 1 min 5 s old"),
                alert.getTextContent());
        assertEquals(
                List.of("slow | 2026-11-23 12:00:00 | 2026-11-23 12:00:00 | running | fleetcron logs slow --follow"),
                page.rows("here"));
        assertEquals("here", page.all("section").get(0).getAttribute("id"));
        assertEquals(
                "fleetcron: the shared directory does not answer",
                page.only("title").getTextContent());
    }
}
