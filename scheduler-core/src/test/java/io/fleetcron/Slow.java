package io.fleetcron;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * On tests that take their time: those with real agents or real runs, and long ones under virtual time. {@code mvn verify}
 * leaves them out, {@code packaging/verify} runs them. {@link SlowTestsTest} finds where it is missing.
 */
@Tag("slow")
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Slow {}
