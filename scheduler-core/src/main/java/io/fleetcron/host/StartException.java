package io.fleetcron.host;

import java.util.List;

/** The agent refuses to start. Each reason says what was found and what to do. */
public final class StartException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> reasons;

    public StartException(List<String> reasons) {
        super(String.join("; ", reasons));
        this.reasons = List.copyOf(reasons);
    }

    /** All that stands in the way. */
    public List<String> reasons() {
        return reasons;
    }
}
