package io.fleetcron.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an address of the loopback interface and a port. Never asks a name server. */
final class ListenAddress implements ITypeConverter<InetSocketAddress> {

    /** A free port of 127.0.0.1. */
    static final InetSocketAddress USUAL = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static final Pattern FORM = Pattern.compile("(127\\.0\\.0\\.1|localhost|\\[::1]):([0-9]{1,5})");
    private static final int MOST = 65_535;

    @Override
    public InetSocketAddress convert(String text) throws UnknownHostException {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || Integer.parseInt(form.group(2)) > MOST) {
            throw new TypeConversionException(
                    "`" + text + "` is not an address to listen on; write it like 127.0.0.1:8080 or [::1]:8080. The"
                            + " page has no encryption and no users: reach it from other hosts by ssh -L, or by a"
                            + " web server of this host that has both");
        }
        String host = form.group(1).equals("localhost") ? "127.0.0.1" : form.group(1);
        return new InetSocketAddress(InetAddress.getByName(host), Integer.parseInt(form.group(2)));
    }
}
