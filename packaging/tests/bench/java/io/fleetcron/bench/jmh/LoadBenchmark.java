package io.fleetcron.bench.jmh;

import io.fleetcron.config.FleetConfig;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Reading and checking the configuration, warm; a cold start is what the part "idle" measures. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class LoadBenchmark {

    @Param("10000")
    public int jobs;

    private JobFiles files;

    @Setup
    public void write() throws IOException {
        files = new JobFiles(jobs);
    }

    @Benchmark
    public FleetConfig load() {
        return files.load();
    }

    @TearDown
    public void delete() throws IOException {
        files.close();
    }
}
