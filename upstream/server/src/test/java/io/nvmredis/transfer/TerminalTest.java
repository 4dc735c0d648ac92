package io.nvmredis.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import org.junit.jupiter.api.Test;

class TerminalTest {
    private static final int O_RDWR_NOCTTY = 0402;

    private final POSIX posix = POSIXFactory.getNativePOSIX();

    @Test
    void shouldKnowATerminal() {
        // Each open of it makes a new pseudo-terminal.
        int descriptor = posix.open("/dev/ptmx", O_RDWR_NOCTTY, 0);
        assertThat(descriptor).isNotNegative();
        try {
            assertThat(Terminal.isTerminal(descriptor)).isTrue();
        } finally {
            posix.close(descriptor);
        }
    }

    @Test
    void shouldKnowWhatIsNoTerminal() {
        int descriptor = posix.open("/dev/null", O_RDWR_NOCTTY, 0);
        assertThat(descriptor).isNotNegative();
        try {
            assertThat(Terminal.isTerminal(descriptor)).isFalse();
        } finally {
            posix.close(descriptor);
        }
        assertThat(Terminal.isTerminal(-1)).isFalse();
    }
}
