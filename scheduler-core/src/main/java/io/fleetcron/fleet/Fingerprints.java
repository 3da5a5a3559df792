package io.fleetcron.fleet;

import io.fleetcron.config.JobDefinition;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.zip.CRC32;

/** One short hash for a whole set of definitions, so that hosts can tell that theirs differ. Pure functions. */
public final class Fingerprints {

    private Fingerprints() {}

    /** Independent of the order. */
    public static String of(Collection<JobDefinition> jobs) {
        CRC32 crc = new CRC32();
        jobs.stream()
                .map(job -> job.name() + ' ' + job.definitionHash() + '\n')
                .sorted()
                .forEach(line -> crc.update(line.getBytes(StandardCharsets.UTF_8)));
        return String.format("%08x", crc.getValue());
    }
}
