package io.fleetcron.cli.option;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.late.Late;
import io.fleetcron.late.Lateness;
import io.fleetcron.observe.FleetReader;
import io.fleetcron.observe.HostFiles;
import io.fleetcron.observe.SeenLedger;
import io.fleetcron.observe.SharedDirectoryUnavailable;
import io.fleetcron.observe.StatusReport;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which jobs are late now, for each command that marks them: what {@code fleetcron status} shows. */
public final class LateJobs {

    private LateJobs() {}

    /**
     * By job; those that are not late are left out. Reads nothing where no job can be late by its definition.
     *
     * @param config of these jobs
     */
    public static Map<String, List<Late>> read(FleetConfig config, FleetReader reader)
            throws SharedDirectoryUnavailable {
        Map<String, List<Late>> late = new TreeMap<>();
        if (config.jobs().values().stream().noneMatch(Lateness::isWatched)) {
            return late;
        }
        for (StatusReport.Job job :
                StatusReport.of(config, reader.view(), here(config)).jobs()) {
            if (!job.late().isEmpty()) {
                late.put(job.definition().name(), job.late());
            }
        }
        return late;
    }

    /** Without them only jobs of this host alone are left out. */
    private static Map<String, SeenLedger> here(FleetConfig config) {
        try {
            return new HostFiles(config).ledgers();
        } catch (IOException e) {
            return Map.of();
        }
    }

    /** For programs. */
    public static JsonArray json(List<Late> all) {
        JsonArray array = new JsonArray();
        for (Late late : all) {
            JsonObject one = new JsonObject();
            one.addProperty("by", late.key());
            one.addProperty("since", late.since().toString());
            one.addProperty("what", late.words());
            array.add(one);
        }
        return array;
    }
}
