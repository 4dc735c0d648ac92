/**
 * What the tests start and talk to, and nothing that they test.
 *
 * <p>{@link io.nvmredis.it.kit.TestDirectory} is the way in: an extension of JUnit's that gives each test a directory, starts
 * servers there, and ends and deletes all of it. {@link io.nvmredis.it.kit.ServerProcess} is the packaged server, {@link
 * io.nvmredis.spi.testkit.RealRedis} the one to compare it with, and {@link io.nvmredis.it.kit.RespClient} talks to either. A class
 * whose tests all talk to one server with its usual options has a {@link io.nvmredis.it.kit.RunningServer} instead. What a
 * machine may lack is a {@link io.nvmredis.it.kit.Requirement}.
 *
 * <p>Nothing here may use a class of the server but the test kit's, or one of the tests. The tests make no temporary directory, start no process
 * and parse no reply by themselves.
 */
package io.nvmredis.it.kit;
