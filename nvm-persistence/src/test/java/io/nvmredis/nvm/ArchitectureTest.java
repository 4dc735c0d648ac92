package io.nvmredis.nvm;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.nvmredis.spi.testkit.FileCreationRule;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.nvmredis.nvm");

    @Test
    void shouldFindTheClasses() {
        assertThat(CLASSES.contain(NvmAofPersister.class)).isTrue();
    }

    @Test
    void shouldMakeFilesForTheirOwnerAlone() {
        FileCreationRule.check(CLASSES);
    }

    @Test
    void shouldHaveArrowsThatPointOneWay() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("pmem")
                .definedBy("io.nvmredis.nvm.pmem")
                .layer("format")
                .definedBy("io.nvmredis.nvm.format")
                .layer("log")
                .definedBy("io.nvmredis.nvm.log")
                .layer("heap")
                .definedBy("io.nvmredis.nvm.heap")
                .layer("table")
                .definedBy("io.nvmredis.nvm.table")
                .layer("replay")
                .definedBy("io.nvmredis.nvm.replay")
                .layer("recovery")
                .definedBy("io.nvmredis.nvm.recovery")
                .layer("inspect")
                .definedBy("io.nvmredis.nvm.inspect")
                .layer("persister")
                .definedBy("io.nvmredis.nvm")
                .whereLayer("persister")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("inspect")
                .mayOnlyBeAccessedByLayers("persister")
                .whereLayer("recovery")
                .mayOnlyBeAccessedByLayers("inspect", "persister")
                .whereLayer("replay")
                .mayOnlyBeAccessedByLayers("recovery", "inspect", "persister")
                .whereLayer("log")
                .mayOnlyBeAccessedByLayers("replay", "recovery", "inspect", "persister")
                .whereLayer("table")
                .mayOnlyBeAccessedByLayers("replay", "recovery", "inspect", "persister")
                .whereLayer("heap")
                .mayOnlyBeAccessedByLayers("table")
                .whereLayer("format")
                .mayOnlyBeAccessedByLayers("log", "heap", "table", "replay", "recovery", "inspect", "persister")
                .check(CLASSES);
    }

    @Test
    void shouldMapAndFlushInPmemOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.nvmredis.nvm.pmem")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(MappedByteBuffer.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(FileChannel.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Files.class)
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("jnr..", "com.kenai..")
                .check(CLASSES);
    }

    @Test
    void shouldKnowNothingOfTheServerButTheSpi() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "jdk.nio.mapmode..",
                        "jdk.jfr..",
                        "jnr.ffi..",
                        "com.kenai.jffi..",
                        "org.jspecify..",
                        "org.slf4j..",
                        "io.nvmredis.spi..",
                        "io.nvmredis.nvm..")
                .check(CLASSES);
    }
}
