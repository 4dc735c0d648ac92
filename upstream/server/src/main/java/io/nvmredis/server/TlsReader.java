package io.nvmredis.server;

import io.nvmredis.network.TlsSettings;
import io.nvmredis.server.configuration.ServerSetting;
import io.nvmredis.spi.support.SettingReader;
import io.nvmredis.spi.support.SettingValues;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the settings of TLS, and notes their faults. */
final class TlsReader {
    /** The settings of TLS that can be changed while the server runs. */
    static final Set<ServerSetting> CHANGEABLE = EnumSet.of(
            ServerSetting.TLS_CERT_FILE,
            ServerSetting.TLS_KEY_FILE,
            ServerSetting.TLS_KEY_FILE_PASS,
            ServerSetting.TLS_CA_CERT_FILE,
            ServerSetting.TLS_CA_CERT_DIR,
            ServerSetting.TLS_AUTH_CLIENTS,
            ServerSetting.TLS_PROTOCOLS,
            ServerSetting.TLS_PREFER_SERVER_CIPHERS);

    private final SettingReader reader;

    private TlsReader(SettingReader reader) {
        this.reader = reader;
    }

    /** Returns the settings; they are meaningless if the reader has faults. */
    static TlsSettings read(SettingReader reader) {
        return new TlsReader(reader).read();
    }

    private TlsSettings read() {
        String clients = reader.choice(ServerSetting.TLS_AUTH_CLIENTS.described(), List.of("no", "yes", "optional"));
        return new TlsSettings(
                (int) reader.number(ServerSetting.TLS_PORT.described(), 0, 65535),
                file(ServerSetting.TLS_CERT_FILE),
                file(ServerSetting.TLS_KEY_FILE),
                reader.value(ServerSetting.TLS_KEY_FILE_PASS.described()),
                file(ServerSetting.TLS_CA_CERT_FILE),
                file(ServerSetting.TLS_CA_CERT_DIR),
                TlsSettings.Clients.valueOf(clients.toUpperCase(Locale.ROOT)),
                protocols(),
                reader.isYes(ServerSetting.TLS_PREFER_SERVER_CIPHERS.described()));
    }

    private @Nullable Path file(ServerSetting setting) {
        String name = reader.value(setting.described());
        try {
            return name.isEmpty() ? null : Path.of(name);
        } catch (InvalidPathException e) {
            reader.refuse(setting.described(), "the name of a file");
            return null;
        }
    }

    private List<String> protocols() {
        List<String> protocols = new ArrayList<>();
        String value = reader.value(ServerSetting.TLS_PROTOCOLS.described());
        for (String word : value.strip().split("\\s+", -1)) {
            String protocol = SettingValues.choice(word, TlsSettings.PROTOCOLS);
            if (protocol != null) {
                protocols.add(protocol);
            } else if (!word.isEmpty()) {
                reader.refuse(
                        ServerSetting.TLS_PROTOCOLS.described(),
                        "some of these: " + String.join(" ", TlsSettings.PROTOCOLS));
                return List.of();
            }
        }
        return protocols;
    }

    /** Returns the values as CONFIG GET shows them. */
    static Map<String, String> effective(SettingReader reader, TlsSettings settings) {
        Map<String, String> values = new TreeMap<>();
        for (ServerSetting setting : CHANGEABLE) {
            values.put(setting.settingName(), reader.value(setting.described()));
        }
        values.put(ServerSetting.TLS_PORT.settingName(), Integer.toString(settings.port()));
        values.put(
                ServerSetting.TLS_AUTH_CLIENTS.settingName(),
                settings.clients().name().toLowerCase(Locale.ROOT));
        values.put(
                ServerSetting.TLS_PREFER_SERVER_CIPHERS.settingName(), settings.prefersServerCiphers() ? "yes" : "no");
        return values;
    }
}
