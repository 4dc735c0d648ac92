package io.nvmredis.junit5;

import io.nvmredis.server.NvmRedisServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Starts the servers that {@link WithNvmRedis} asks for. Each is in the store of the test or class for which it was
 * started, which ends it, and a test sees the nearest one.
 *
 * <p>The extension has no state. Threads: any.
 */
final class NvmRedisExtension implements BeforeAllCallback, BeforeEachCallback, ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(NvmRedisExtension.class);

    NvmRedisExtension() {}

    @Override
    public void beforeAll(ExtensionContext context) {
        // A class within another one shares the server of that, unless it asks for one itself.
        ofClass(context.getRequiredTestClass())
                .filter(asked -> asked.lifecycle() == Lifecycle.PER_CLASS)
                .ifPresent(asked -> start(context, asked));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        Optional<WithNvmRedis> ofMethod =
                AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), WithNvmRedis.class);
        if (ofMethod.isPresent()) {
            start(context, ofMethod.get());
            return;
        }
        nearest(context)
                .filter(asked -> asked.lifecycle() == Lifecycle.PER_METHOD)
                .ifPresent(asked -> start(context, asked));
    }

    private static Optional<WithNvmRedis> nearest(ExtensionContext context) {
        List<Class<?>> classes = new ArrayList<>(context.getEnclosingTestClasses());
        classes.add(context.getRequiredTestClass());
        for (int i = classes.size() - 1; i >= 0; i--) {
            Optional<WithNvmRedis> found = ofClass(classes.get(i));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<WithNvmRedis> ofClass(Class<?> testClass) {
        return AnnotationSupport.findAnnotation(testClass, WithNvmRedis.class);
    }

    private static void start(ExtensionContext context, WithNvmRedis asked) {
        context.getStore(NAMESPACE).put(ServerInDirectory.class, new ServerInDirectory(settings(asked)));
    }

    private static Map<String, String> settings(WithNvmRedis asked) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("persistence", asked.persistence());
        if (!asked.domain().isEmpty()) {
            settings.put("nvm-domain", asked.domain());
        }
        if (!asked.dramBudget().isEmpty()) {
            settings.put("dram-budget", asked.dramBudget());
        }
        for (String setting : asked.settings()) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw new ExtensionConfigurationException(
                        "a setting is name=value, such as \"appendfsync=always\", and not \"" + setting + "\"");
            }
            settings.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        return settings;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == EmbeddedRedis.class || type == NvmRedisServer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        @Nullable
        ServerInDirectory running = context.getStore(NAMESPACE).get(ServerInDirectory.class, ServerInDirectory.class);
        if (running == null) {
            throw new ParameterResolutionException("no server runs for "
                    + parameter.getDeclaringExecutable() + "; before and after all tests of a class there is one if its"
                    + " annotation is @WithNvmRedis(lifecycle = PER_CLASS)");
        }
        boolean isServer = parameter.getParameter().getType() == NvmRedisServer.class;
        return isServer ? running.redis().server() : running.redis();
    }
}
