package io.fleetcron.cli.option;

import io.fleetcron.cli.console.Terminal;
import io.fleetcron.fleet.HostTime;
import java.io.PrintStream;

/** The program, as its commands see it. */
public interface Program {

    /** What somebody who may be at standard output wants. */
    Terminal terminal();

    /** Standard output, for what is to be passed on byte for byte. */
    PrintStream out();

    /** This host's time. */
    HostTime time();

    /** Whether standard output may be a terminal. */
    default boolean isTerminal() {
        return terminal().present();
    }
}
