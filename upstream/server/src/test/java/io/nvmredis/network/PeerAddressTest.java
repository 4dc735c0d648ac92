package io.nvmredis.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerAddressTest {

    @ParameterizedTest
    @CsvSource({
        "7f000001, true",
        "7fffff01, true",
        "0a000001, false",
        "00000000, false",
        "00000000000000000000000000000001, true",
        "00000000000000000000ffff7f000001, true",
        "00000000000000000000ffff0a000001, false",
        "0000000000000000000000007f000001, false",
        "20010db800000000000000007f000001, false"
    })
    void shouldKnowWhoIsOnThisMachine(String address, boolean isLoopback) throws Exception {
        byte[] bytes = HexFormat.of().parseHex(address);
        // As Netty makes it, which turns no mapped address into what it stands for.
        InetAddress host =
                bytes.length == 4 ? InetAddress.getByAddress(bytes) : Inet6Address.getByAddress(null, bytes, -1);
        assertThat(PeerAddress.isLoopback(new InetSocketAddress(host, 1))).isEqualTo(isLoopback);
    }

    @ParameterizedTest
    @CsvSource({
        "7f000001, 127.0.0.1:9",
        "00000000000000000000ffff7f000001, 127.0.0.1:9",
        "00000000000000000000000000000001, [::1]:9",
        "20010db8000000000000000000000001, [2001:db8::1]:9"
    })
    void shouldWriteAddressesAsRedisDoes(String address, String text) throws Exception {
        byte[] bytes = HexFormat.of().parseHex(address);
        InetAddress host =
                bytes.length == 4 ? InetAddress.getByAddress(bytes) : Inet6Address.getByAddress(null, bytes, -1);
        assertThat(PeerAddress.text(new InetSocketAddress(host, 9))).isEqualTo(text);
        assertThat(PeerAddress.text(null)).isEqualTo("?:0");
    }

    @Test
    void shouldTakeNobodyUnknownForOne() {
        assertThat(PeerAddress.isLoopback(null)).isFalse();
        assertThat(PeerAddress.isLoopback(InetSocketAddress.createUnresolved("localhost", 1)))
                .isFalse();
    }
}
