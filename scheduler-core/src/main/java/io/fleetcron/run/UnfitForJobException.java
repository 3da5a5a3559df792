package io.fleetcron.run;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A run could not be started for a reason that concerns its job alone: this host may be able to start any other job. */
public final class UnfitForJobException extends IOException {
    private static final long serialVersionUID = 1L;

    UnfitForJobException(String message) {
        this(message, null);
    }

    UnfitForJobException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
