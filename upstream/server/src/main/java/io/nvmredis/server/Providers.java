package io.nvmredis.server;

import io.nvmredis.spi.PersisterProvider;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/** Finds the kinds of persistence that are on the class path. */
public final class Providers {
    private Providers() {}

    /** Returns all kinds, by name. */
    public static List<PersisterProvider> all() {
        return ServiceLoader.load(PersisterProvider.class, Providers.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(PersisterProvider::name))
                .toList();
    }
}
