package io.fleetcron.cli.console;

import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/**
 * Signals of the operating system. The JDK's only way to them is {@code sun.misc.Signal} of its supported module
 * jdk.unsupported; it is called by name, because javac's warning about it cannot be silenced and warnings fail the
 * build.
 */
public final class Signals {

    private Signals() {}

    /** From now on delivers the names of these signals, without {@code SIG}, in place of their usual effect. */
    public static void deliver(Consumer<String> receiver, String... names) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            for (String name : names) {
                Object proxy = Proxy.newProxyInstance(
                        handler.getClassLoader(), new Class<?>[] {handler}, (self, called, a) -> {
                            if (called.getName().equals("handle")) {
                                receiver.accept(name);
                            }
                            return null;
                        });
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java has no module jdk.unsupported, which signals need", e);
        }
    }
}
