package io.fleetcron.agent;

import io.fleetcron.byhand.ManualRun;
import java.util.Map;
import java.util.Optional;

/** Somebody who runs jobs by hand. */
final class Person {

    private Person() {}

    /** A run of its own, of the job as it is defined. */
    static ManualRun.Wanted plain() {
        return new ManualRun.Wanted("anna@web1", "", Optional.empty(), Map.of());
    }
}
