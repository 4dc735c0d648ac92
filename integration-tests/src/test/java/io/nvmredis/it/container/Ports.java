package io.nvmredis.it.container;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Ports.Binding;
import org.testcontainers.containers.GenericContainer;

/** Ports by which containers are reached: a container that has been started again has another one. */
final class Ports {
    private Ports() {}

    /** The port of a server as it is now. */
    static int of(GenericContainer<?> container) {
        Binding[] bindings = container
                .getCurrentContainerInfo()
                .getNetworkSettings()
                .getPorts()
                .getBindings()
                .get(ExposedPort.tcp(ServerImage.PORT));
        if (bindings == null || bindings.length == 0) {
            throw new IllegalStateException(container + " is not reached by any port");
        }
        return Integer.parseInt(bindings[0].getHostPortSpec());
    }
}
