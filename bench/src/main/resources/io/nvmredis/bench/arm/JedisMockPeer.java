import com.github.fppt.jedismock.RedisServer;

/** jedis-mock as it comes: all in memory, nothing kept. Arguments: directory, port. */
public class JedisMockPeer {
    public static void main(String[] arguments) throws Exception {
        RedisServer.newRedisServer(Integer.parseInt(arguments[1])).start();
        Thread.currentThread().join();
    }
}
