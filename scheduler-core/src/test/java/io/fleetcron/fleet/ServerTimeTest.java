package io.fleetcron.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServerTimeTest {

    @ParameterizedTest
    @CsvSource({
        "'',right",
        "0,right",
        "30,right",
        "-31,31",
        "31,-31",
        "'-3600,-3599',3599",
        "'0,300',right",
        "'300,0',right",
        "'0,0,300',right",
        "'-3600,-3600,0',3600",
        "'-3600,-3600,0,0',right",
        "'-3600,-3601,-3602,0',3600"
    })
    void theMedianOfTheHostsAccusesTheServer(String skews, String ahead) {
        List<Duration> all = Arrays.stream(skews.split(","))
                .filter(text -> !text.isEmpty())
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .toList();
        assertEquals(
                ahead,
                ServerTime.wrong(all)
                        .map(wrong -> String.valueOf(wrong.toSeconds()))
                        .orElse("right"));
    }
}
