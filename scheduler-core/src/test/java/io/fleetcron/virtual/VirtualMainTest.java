package io.fleetcron.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command says to options that it cannot use. */
class VirtualMainTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            --instances 3 --fires 10                       | --instances, --fires and --seed are needed
            --instances three --fires 10 --seed 1          | --instances must be a whole number, not 'three'
            --instances 0 --fires 10 --seed 1              | --instances must be from 1 to 2147483647, not 0
            --instances 3 --fires 9999999999 --seed 1      | --fires must be from 1 to 2147483647, not 9999999999
            --instances 3 --fires 10 --seed 1.5            | --seed must be a whole number, not '1.5'
            --instances 3 --fires 10 --seed                | --seed needs a value
            --instances 3 --fires 10 --seed 1 --faults ice | unknown fault 'ice'
            --instances 3 --fires 10 --seed 1 --plant ice  | unknown fault 'ice'
            --hosts 3                                      | unknown option --hosts
            """)
    void refusesWithTheOptionAndWhatWasFound(String line, String message) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        int status = VirtualMain.run(line.split(" ", -1), stream(out), stream(err), false);

        assertEquals("virtual: " + message + "; see --help\n", err.toString(StandardCharsets.UTF_8));
        assertEquals("", out.toString(StandardCharsets.UTF_8));
        assertEquals(2, status);
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
