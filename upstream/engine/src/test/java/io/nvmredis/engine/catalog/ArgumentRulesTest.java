package io.nvmredis.engine.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ArgumentRulesTest {
    /** What is not there is not asked whether a rule has anything against it. */
    @Test
    void shouldBeAskedOfEachCommandThatTheyAreAbout() {
        assertThat(ArgumentRules.commands()).isNotEmpty().allMatch(GuardedCommands::contain);
    }
}
