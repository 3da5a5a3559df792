package io.fleetcron.config.load;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.calendar.DateFiles;
import io.fleetcron.config.yaml.Position;
import io.fleetcron.config.yaml.ProblemLog;
import io.fleetcron.config.yaml.YamlField;
import io.fleetcron.config.yaml.YamlFields;
import io.fleetcron.config.yaml.YamlValue;
import io.fleetcron.config.yaml.YamlValue.Entry;
import io.fleetcron.config.yaml.YamlValue.Mapping;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one job file says.
 *
 * @param names every job name of the file with its place, also of jobs that are wrong otherwise
 */
record JobFile(ProblemLog log, Map<String, Position> names, List<JobDefinition> jobs) {
    private static final List<String> KEYS = List.of("jobs");

    /** An unreadable file: all there is to know about it is in the log. */
    static JobFile unreadable(ProblemLog log) {
        return new JobFile(log, Map.of(), List.of());
    }

    /** Reads a job file's document. */
    static JobFile read(YamlValue root, JobSettings defaults, Path folder, DateFiles files, ProblemLog log) {
        JobFile file = new JobFile(log, new LinkedHashMap<>(), new ArrayList<>());
        YamlFields.of(root, "a job file", Position.START, KEYS, log)
                .flatMap(fields -> fields.require("jobs"))
                .ifPresent(jobs -> file.readJobs(jobs, new JobReader(defaults, folder, files, log)));
        return file;
    }

    private void readJobs(YamlField field, JobReader reader) {
        if (!(field.value() instanceof Mapping mapping)) {
            field.bad("needs job names, each with its keys below it, found "
                    + field.value().kind() + "; for a file without jobs write `jobs: {}`");
            return;
        }
        for (Entry entry : mapping.entries()) {
            names.put(entry.key().text(), entry.key().at());
            reader.read(entry).ifPresent(jobs::add);
        }
    }
}
