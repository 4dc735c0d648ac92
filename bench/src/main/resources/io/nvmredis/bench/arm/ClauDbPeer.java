import com.github.tonivade.claudb.ClauDB;

/** ClauDB with its persistence in a file. Arguments: directory, port. */
public class ClauDbPeer {
    public static void main(String[] arguments) throws Exception {
        ClauDB.builder()
                .host("127.0.0.1")
                .port(Integer.parseInt(arguments[1]))
                .withPersistence(arguments[0] + "/claudb.db")
                .build()
                .start();
        Thread.currentThread().join();
    }
}
