package io.fleetcron.cli.option;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.host.ConfigFiles;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The configuration for a command that needs it again and again. It is parsed again only if one of its files or folders is not
 * what it was, by inode, size and times. One caller at a time.
 */
public final class KeptConfig {

    /**
     * How coarse the times of files may be: two changes within it may leave the same stamp, and the file may have been read
     * between them. So what was read sooner after it was first seen is read once more when that time is over.
     */
    private static final Duration COARSE = Duration.ofSeconds(2);

    private final ConfigOption option;
    private final LongSupplier nanos;
    private @Nullable Kept kept;

    /**
     * What was read last.
     *
     * @param since when its files were first seen as they are, on the clock for lengths of time
     */
    private record Kept(FleetConfig config, ConfigFiles files, long since, boolean settled) {}

    /**
     * @param option names the configuration
     * @param nanos a clock for lengths of time
     */
    public KeptConfig(ConfigOption option, LongSupplier nanos) {
        this.option = option;
        this.nanos = nanos;
    }

    /**
     * The configuration as its files are now.
     *
     * @return the same object as the last time while nothing has changed
     * @throws CommandFailed with every error, one a line
     */
    public FleetConfig read(PrintWriter err) throws CommandFailed {
        Kept last = kept;
        long begun = nanos.getAsLong();
        if (last != null && (last.settled || begun - last.since < COARSE.toNanos()) && last.files.areAsRead()) {
            return last.config;
        }
        kept = null;
        ConfigFiles files = new ConfigFiles();
        FleetConfig config = option.read(err, files.reading());
        long since = last != null && last.files.areAsRead() ? last.since : begun;
        kept = new Kept(config, files, since, begun - since >= COARSE.toNanos());
        return config;
    }
}
