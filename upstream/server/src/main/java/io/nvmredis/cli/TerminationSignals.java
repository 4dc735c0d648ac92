package io.nvmredis.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.Consumer;

/**
 * Signals by which the system asks a server to end.
 *
 * <p>By default the JVM answers them with a status of 143 or 130. Its class for handling them, {@code sun.misc.Signal},
 * is in every release since 9 but in none officially, so it is reached by reflection and may be missing.
 */
final class TerminationSignals {
    private static final List<String> NAMES = List.of("TERM", "INT", "HUP");

    private TerminationSignals() {}

    /**
     * Runs an action, on a thread of the JVM, when such a signal comes. The action gets the signal's name, such as
     * {@code SIGTERM}.
     *
     * @return whether that could be arranged
     */
    static boolean handle(Consumer<String> action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    TerminationSignals.class.getClassLoader(),
                    new Class<?>[] {handler},
                    (self, method, arguments) -> invoke(action, self, method, arguments));
            for (String name : NAMES) {
                Object instance = signal.getConstructor(String.class).newInstance(name);
                signal.getMethod("handle", signal, handler).invoke(null, instance, proxy);
            }
            return true;
        } catch (ReflectiveOperationException | RuntimeException e) {
            // The class is missing, or the JVM was told to leave signals alone (-Xrs).
            return false;
        }
    }

    private static Object invoke(Consumer<String> action, Object self, Method method, Object[] arguments) {
        return switch (method.getName()) {
            case "equals" -> self == arguments[0];
            case "hashCode" -> System.identityHashCode(self);
            case "toString" -> "termination signals";
            default -> {
                action.accept(arguments[0].toString());
                yield "";
            }
        };
    }
}
