package io.fleetcron.cli.option;

import io.fleetcron.config.NameRules;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an instance id from the command line: it becomes part of paths. */
public final class InstanceId implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
        Optional<String> wrong = NameRules.host(text);
        if (wrong.isPresent()) {
            throw new TypeConversionException("`" + text + "` is not a valid instance id; " + wrong.get());
        }
        return text;
    }
}
