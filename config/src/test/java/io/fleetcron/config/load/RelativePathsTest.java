package io.fleetcron.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.Receiver.Webhook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Relative paths count from the main file's folder, whichever file they stand in. */
class RelativePathsTest {

    @TempDir
    private Path folder;

    @Test
    void filesOfVariables() throws IOException {
        Path main = Files.writeString(folder.resolve("fleetcron.yaml"), """
                shared_dir: shared
                storage: local
                receivers: {chat: {webhook: "${CHAT_URL}", env_file: secrets/chat}}
                defaults: {env_file: defaults.env}
                """);
        Files.createDirectory(folder.resolve("jobs.d"));
        Files.writeString(folder.resolve("jobs.d/team.yaml"), """
                jobs:
                  own: {every: 1h, command: 'true', notify: chat, env_file: [own.env, ./../up.env]}
                  usual: {every: 1h, command: 'true'}
                """);

        FleetConfig config = new ConfigLoader().load(main).config().orElseThrow();

        assertEquals(
                Map.of(
                        "chat",
                        new Webhook(
                                "${CHAT_URL}",
                                Map.of(),
                                Optional.empty(),
                                Optional.of(folder.resolve("secrets/chat")))),
                config.delivery().receivers());
        assertEquals(List.of(folder.resolve("own.env"), folder.resolve("./../up.env")), envFiles(config, "own"));
        assertEquals(List.of(folder.resolve("defaults.env")), envFiles(config, "usual"));
    }

    private static List<Path> envFiles(FleetConfig config, String job) {
        return Objects.requireNonNull(config.jobs().get(job)).environment().envFiles();
    }
}
