package io.fleetcron.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Rules, dashboard and pages speak of metrics that there are. */
class PublishedNamesTest {

    private static final Path EXAMPLES = Path.of("..", "examples", "prometheus");
    private static final Pattern NAME = Pattern.compile("\\b(fleetcron|node_textfile|process)_[a-z_]+\\b");

    /** Of node_exporter. */
    private static final Set<String> FOREIGN = Set.of("node_textfile_mtime_seconds");

    private final Register register =
            new Register(new JobBoard(), () -> Sources.none(() -> Instant.EPOCH), "1.2.3", 64);

    @Test
    void rulesAskForMetricsThatThereAre() throws IOException {
        Set<String> used =
                names(Files.readString(EXAMPLES.resolve("fleetcron-rules.yaml")).replaceAll("(?m)^\\s*#.*$", ""));

        assertTrue(used.size() > 12, used.toString());
        assertKnown(used);
    }

    @Test
    void testsOfRulesUseMetricsThatThereAre() throws IOException {
        assertKnown(names(Files.readString(EXAMPLES.resolve("fleetcron-rules-test.yaml"))));
    }

    @Test
    void theDashboardIsJsonWhosePanelsAskForMetricsThatThereAre() throws IOException {
        JsonObject dashboard = JsonParser.parseString(Files.readString(EXAMPLES.resolve("grafana-dashboard.json")))
                .getAsJsonObject();
        Set<Integer> ids = new HashSet<>();
        Set<String> used = new TreeSet<>();
        boolean[] taken = new boolean[24 * 100];
        for (JsonElement each : dashboard.getAsJsonArray("panels")) {
            JsonObject panel = each.getAsJsonObject();
            String title = panel.get("title").getAsString();
            assertTrue(ids.add(panel.get("id").getAsInt()), () -> "the id of another panel: " + title);
            place(panel.getAsJsonObject("gridPos"), taken, title);
            List<String> expressions = expressions(panel.getAsJsonArray("targets"));
            assertFalse(expressions.isEmpty(), title);
            for (String expression : expressions) {
                assertFalse(names(expression).isEmpty(), () -> title + ": " + expression);
                used.addAll(names(expression));
            }
        }
        for (JsonElement variable : dashboard.getAsJsonObject("templating").getAsJsonArray("list")) {
            used.addAll(names(variable.toString()));
        }
        assertTrue(used.size() > 15, used.toString());
        assertKnown(used);
    }

    @Test
    void thePageOfOperationsNamesEveryMetric() throws IOException {
        String page = Files.readString(Path.of("..", "packaging", "docs", "OPERATIONS.md"));
        Set<String> families = new TreeSet<>();
        register.names().forEach(name -> families.add(name.replaceFirst("_(bucket|sum|count)$", "")));

        assertEquals(families, names(page));
    }

    /** Prometheus sets {@code job} and {@code instance} itself, and node_exporter's collector refuses timestamps. */
    @Test
    void noLabelOfPrometheusAndNoTimestamp() {
        register.expect("report");
        register.startDelay.labelValues("report").observe(1);
        String text = new String(register.text(), StandardCharsets.UTF_8);

        assertTrue(text.contains("fleetcron_build_info{java_version="), text);
        assertTrue(text.contains("fleetcron_start_delay_seconds_bucket{job_name=\"report\",le=\"60.0\"} 1"), text);
        assertTrue(text.contains("fleetcron_fires_total{job_name=\"report\",outcome=\"missed\"} 0"), text);
        for (String line : text.lines().filter(it -> !it.startsWith("#")).toList()) {
            assertFalse(line.matches(".*[{,](job|instance)=.*"), line);
            assertTrue(line.matches("[a-z_]+(\\{.*})? \\S+"), line);
        }
    }

    private static List<String> expressions(JsonArray targets) {
        List<String> all = new ArrayList<>();
        targets.forEach(target -> all.add(target.getAsJsonObject().get("expr").getAsString()));
        return all;
    }

    private static void place(JsonObject grid, boolean[] taken, String title) {
        int left = grid.get("x").getAsInt();
        int top = grid.get("y").getAsInt();
        assertTrue(left + grid.get("w").getAsInt() <= 24, title);
        for (int y = top; y < top + grid.get("h").getAsInt(); y++) {
            for (int x = left; x < left + grid.get("w").getAsInt(); x++) {
                assertFalse(taken[y * 24 + x], () -> title + " lies on another panel");
                taken[y * 24 + x] = true;
            }
        }
    }

    private void assertKnown(Set<String> used) {
        Set<String> unknown = new TreeSet<>(used);
        unknown.removeAll(register.names());
        unknown.removeAll(FOREIGN);
        assertEquals(Set.of(), unknown);
    }

    private static Set<String> names(String text) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = NAME.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group());
        }
        return names;
    }
}
