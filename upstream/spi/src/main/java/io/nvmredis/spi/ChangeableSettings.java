package io.nvmredis.spi;

import java.util.Map;

/** Settings of a persister that CONFIG SET can change while it is open. Any thread. */
public interface ChangeableSettings {

    /**
     * Changes all the named settings, or none.
     *
     * @param changes values by the names of {@link PersisterProvider#settings()}
     * @throws io.nvmredis.spi.errors.ConfigurationException naming each setting that cannot be changed now, or has a
     *     bad value
     */
    void configure(Map<String, String> changes);
}
