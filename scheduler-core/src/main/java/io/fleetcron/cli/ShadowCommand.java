package io.fleetcron.cli;

import picocli.CommandLine.Command;

/** {@code fleetcron shadow}. */
@Command(
        name = "shadow",
        description =
                "Runs an agent that takes its turn and claims each fire as `fleetcron agent` does, and then records it as"
                        + " shadowed and starts nothing: no command, no mail, no notification. A week of it beside crond shows what"
                        + " the fleet would run; `fleetcron audit --against crond-log` compares.%nIts ledgers and its history are"
                        + " apart from the fleet's, in the folder `shadow` of shared_dir and `@shadow` of state_dir, which may be"
                        + " removed when no shadow is up. `status`, `history`, `why`, `audit`, `page` and `ui` show them with"
                        + " --shadow.",
        mixinStandardHelpOptions = true)
final class ShadowCommand extends AgentCommand {

    @Override
    boolean isShadow() {
        return true;
    }
}
