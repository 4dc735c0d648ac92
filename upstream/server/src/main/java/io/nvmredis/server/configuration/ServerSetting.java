package io.nvmredis.server.configuration;

import io.nvmredis.spi.PersisterSetting;
import java.util.Optional;
import java.util.stream.Stream;

/** Settings of the server itself, with Redis's names where Redis has them; a persister has its own settings. */
public enum ServerSetting {
    BIND("bind", "127.0.0.1", "addresses to listen on; with - before it, one that may be missing; *: all"),
    PROTECTED_MODE("protected-mode", "yes", "yes: without a password, serve clients of this machine alone; or no"),
    REQUIREPASS("requirepass", "", "password that clients must give with AUTH (default: none)"),
    ACLFILE("aclfile", "", "file of users, which ACL LOAD reads and ACL SAVE writes (default: none)"),
    ACLLOG_MAX_LEN("acllog-max-len", "128", "refused attempts that ACL LOG shows"),
    ACL_PUBSUB_DEFAULT(
            "acl-pubsub-default", "resetchannels", "channels of new users: resetchannels for none, or allchannels"),
    ENABLE_DEBUG_COMMAND(
            "enable-debug-command", "no", "whether there is DEBUG: yes, no, or local, for clients of this machine"),
    ENABLE_PROTECTED_CONFIGS("enable-protected-configs", "no", "whether CONFIG SET may name files: yes, no or local"),
    PORT("port", "6379", "port to listen on; 0 lets the system choose"),
    METRICS_PORT(
            "metrics-port",
            "",
            "port for Prometheus, which finds metrics at /metrics; 0 lets the system choose (default: none)"),
    TLS_PORT("tls-port", "0", "port for connections over TLS; 0: none; with it, port 0 means no others"),
    TLS_CERT_FILE("tls-cert-file", "", "file in PEM with the server's certificate, and those up to its authority"),
    TLS_KEY_FILE("tls-key-file", "", "file in PEM with the key of the certificate"),
    TLS_KEY_FILE_PASS("tls-key-file-pass", "", "password of this key (default: none)"),
    TLS_CA_CERT_FILE("tls-ca-cert-file", "", "file in PEM with authorities of clients' certificates"),
    TLS_CA_CERT_DIR("tls-ca-cert-dir", "", "directory of such files"),
    TLS_AUTH_CLIENTS(
            "tls-auth-clients", "yes", "yes: clients must show a certificate of these authorities; optional; or no"),
    TLS_PROTOCOLS("tls-protocols", "", "versions of TLS, such as 'TLSv1.2 TLSv1.3' (default: the JDK's)"),
    TLS_PREFER_SERVER_CIPHERS(
            "tls-prefer-server-ciphers", "no", "yes: the server's order of ciphers decides; no: the client's"),
    DIR("dir", "./data", "directory of the data, for one server alone"),
    PERSISTENCE("persistence", "nvm-aof", "how data is kept"),
    MAXCLIENTS("maxclients", "10000", "clients at a time; one more gets an error"),
    TIMEOUT("timeout", "0", "seconds after which an idle client is disconnected; 0: never"),
    TCP_KEEPALIVE("tcp-keepalive", "300", "seconds after which the system asks a silent client for life; 0: never"),
    PROTO_MAX_BULK_LEN("proto-max-bulk-len", "512mb", "longest argument of a command; up to 2047mb"),
    CLIENT_QUERY_BUFFER_LIMIT("client-query-buffer-limit", "1gb", "memory that one command may take while it comes in"),
    CLIENT_OUTPUT_BUFFER_LIMIT(
            "client-output-buffer-limit",
            "",
            "bytes that may wait for a client, by kind: hard limit, soft limit and its seconds, such as 'pubsub 32mb"
                    + " 8mb 60'; 0: none (default for normal: as maxmemory-clients)"),
    MAXMEMORY_CLIENTS(
            "maxmemory-clients",
            "",
            "memory for requests and replies of all clients together, in bytes or per cent of the heap; beyond it the"
                    + " client that takes most is disconnected; 0: no limit (default: 15 % of the maximum JVM heap, less"
                    + " 24 MB)"),
    MAXMEMORY(
            "maxmemory",
            "0",
            "with aof, rdb and none: memory that data may take before commands that add any are refused (default, and"
                    + " at most: 40 % of the maximum JVM heap, less 24 MB)"),
    IO_THREADS("io-threads", "1", "threads that serve connections"),
    SCRIPT_MEMORY_LIMIT(
            "script-memory-limit",
            "",
            "memory that the script which runs may hold; at least 1mb (default: an eighth of the maximum JVM heap,"
                    + " less 24 MB)"),
    DRAM_BUDGET(
            "dram-budget",
            "",
            "memory for data that the persister holds as well; at least 1mb (default: 35 % of the maximum JVM heap,"
                    + " less 24 MB)");

    private final String settingName;
    private final String defaultValue;
    private final String description;

    ServerSetting(String settingName, String defaultValue, String description) {
        this.settingName = settingName;
        this.defaultValue = defaultValue;
        this.description = description;
    }

    /** Returns the setting in the form in which a persister describes its settings. */
    public PersisterSetting described() {
        return new PersisterSetting(settingName, defaultValue, description, isChangeable());
    }

    /** Tells whether CONFIG SET can change it while the server runs. */
    public boolean isChangeable() {
        return switch (this) {
            case CLIENT_OUTPUT_BUFFER_LIMIT,
                    CLIENT_QUERY_BUFFER_LIMIT,
                    MAXCLIENTS,
                    MAXMEMORY,
                    MAXMEMORY_CLIENTS,
                    PROTECTED_MODE,
                    REQUIREPASS,
                    TCP_KEEPALIVE,
                    TIMEOUT,
                    TLS_AUTH_CLIENTS,
                    TLS_CA_CERT_DIR,
                    TLS_CA_CERT_FILE,
                    TLS_CERT_FILE,
                    TLS_KEY_FILE,
                    TLS_KEY_FILE_PASS,
                    TLS_PREFER_SERVER_CIPHERS,
                    TLS_PROTOCOLS -> true;
            default -> false;
        };
    }

    public String settingName() {
        return settingName;
    }

    public String defaultValue() {
        return defaultValue;
    }

    public String description() {
        return description;
    }

    public static Optional<ServerSetting> named(String name) {
        return Stream.of(values())
                .filter(setting -> setting.settingName().equals(name))
                .findAny();
    }
}
