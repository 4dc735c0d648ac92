/**
 * What the tests start and talk to, and nothing that they test.
 *
 * <p>{@link io.nvmredis.it.kit.ServerProcess} is the packaged server and {@link io.nvmredis.it.kit.RealRedis} the one to
 * compare it with; {@link io.nvmredis.it.kit.RespClient} talks to either. What a machine may lack is a {@link
 * io.nvmredis.it.kit.Requirement}.
 *
 * <p>Nothing here may use a class of the server, or one of the tests.
 */
package io.nvmredis.it.kit;
