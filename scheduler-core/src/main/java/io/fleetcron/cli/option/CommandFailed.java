package io.fleetcron.cli.option;

import java.util.List;

/** Ends a command with messages for its user, and an exit status. */
public final class CommandFailed extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> messages;
    private final int exitCode;

    public CommandFailed(int exitCode, List<String> messages) {
        super(String.join("; ", messages), null, false, false);
        this.messages = List.copyOf(messages);
        this.exitCode = exitCode;
    }

    public CommandFailed(int exitCode, String message) {
        this(exitCode, List.of(message));
    }

    public List<String> messages() {
        return messages;
    }

    public int exitCode() {
        return exitCode;
    }
}
