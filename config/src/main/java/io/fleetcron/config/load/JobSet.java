package io.fleetcron.config.load;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.yaml.Position;
import io.fleetcron.config.yaml.Problem;
import io.fleetcron.config.yaml.ProblemLog;
import io.fleetcron.config.yaml.Quote;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Joins job files into one set of jobs and finds names that two files define. */
final class JobSet {
    private final Map<String, Path> owners = new HashMap<>();
    private final Map<String, Position> places = new HashMap<>();
    private final Map<String, JobDefinition> jobs = new LinkedHashMap<>();
    private final List<JobFile> files = new ArrayList<>();

    void add(JobFile file) {
        files.add(file);
        file.names().forEach((name, at) -> claim(name, at, file.log()));
        file.jobs().forEach(job -> jobs.putIfAbsent(job.name(), job));
    }

    private void claim(String name, Position at, ProblemLog log) {
        Position place = places.putIfAbsent(name, at);
        if (place == null) {
            owners.put(name, log.file());
            return;
        }
        log.error(
                at,
                "job " + Quote.of(name) + " is defined twice, first at " + owners.get(name) + ":" + place.line()
                        + "; rename or remove one");
    }

    /** By name, in file order. */
    Map<String, JobDefinition> jobs() {
        return jobs;
    }

    List<Problem> problems() {
        return files.stream().flatMap(file -> file.log().sorted().stream()).toList();
    }
}
