package io.fleetcron.ledger;

import io.fleetcron.config.NameRules;
import io.fleetcron.fleet.Asked;
import io.fleetcron.json.JsonLine;
import io.fleetcron.json.StrictJson;
import java.util.List;
import java.util.Optional;

/**
 * Who asked for a run by hand, and with what. Immutable.
 *
 * @param asked who, when and why
 * @param variables the names of those that were given to the command besides; never their values
 * @param id of a request to other hosts; empty for a run on the host of who asked
 */
public record ManualRequest(Asked asked, List<String> variables, Optional<String> id) {

    /** Characters of the names of variables together: a ledger has little room. */
    public static final int LONGEST_NAMES = 300;

    public ManualRequest {
        variables = List.copyOf(variables);
    }

    void write(JsonLine json, String name) {
        json.open(name);
        asked.write(json, "who");
        if (!variables.isEmpty()) {
            json.put("env", variables);
        }
        id.ifPresent(text -> json.put("id", text));
        json.close();
    }

    static ManualRequest of(StrictJson json) {
        return new ManualRequest(
                Asked.of(json.object("who")),
                json.has("env") ? json.names("env", NameRules::variable) : List.of(),
                json.has("id") ? Optional.of(json.name("id", NameRules::host)) : Optional.empty());
    }

    /** In words: who, when, why and with which variables. */
    public String words() {
        return "by hand: " + asked.words("at") + (variables.isEmpty() ? "" : "; with " + String.join(", ", variables));
    }
}
