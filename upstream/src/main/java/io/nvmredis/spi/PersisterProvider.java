package io.nvmredis.spi;

import java.util.List;

/** Makes persisters of one kind; registered in {@code META-INF/services}. */
public interface PersisterProvider {

    /** The name a user chooses it by, as in {@code --persistence nvm-aof}. */
    String name();

    /** One line for the command line's help. */
    String description();

    /** The settings it understands beyond the directory; the command line offers each as {@code --name value}. */
    List<PersisterSetting> settings();

    /**
     * A persister that is not yet open and has touched nothing.
     *
     * @throws ConfigurationException if a setting has a bad value; it names every fault at once
     */
    Persister create(PersisterConfig config);
}
