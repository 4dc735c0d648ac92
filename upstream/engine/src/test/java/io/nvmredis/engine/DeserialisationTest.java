package io.nvmredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.fppt.jedismock.datastructures.Slice;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.nvmredis.engine.commands.ServedCommands;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Upstream deserialises what begins as a Java object does in one method: commands of ours stand before those that call it. */
class DeserialisationTest {
    @Test
    void shouldServeNoCommandThatDeserialises() {
        Set<String> deserialising = new TreeSet<>();
        for (JavaClass each : new ClassFileImporter().importPackages("com.github.fppt.jedismock.operations")) {
            boolean callsIt = each.getMethodCallsFromSelf().stream()
                    .anyMatch(call -> call.getTargetOwner().isEquivalentTo(Slice.class)
                            && call.getName().equals("extract"));
            if (callsIt) {
                deserialising.add(each.getSimpleName().toLowerCase(Locale.ROOT));
            }
        }
        // Of PSETEX the part that SETEX has.
        assertThat(deserialising).contains("set", "setex", "append").isSubsetOf(ServedCommands.ours());
    }
}
