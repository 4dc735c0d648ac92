package io.nvmredis;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.fppt.jedismock.datastructures.Slice;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.nvmredis.spi.testkit.FileCreationRule;
import java.io.ObjectInput;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which package may use which. */
class ArchitectureTest {
    private static final String UPSTREAM = "com.github.fppt..";
    private static final String NETTY = "io.netty..";
    private static final String[] OF_THE_SERVER = {
        "io.nvmredis.cli..",
        "io.nvmredis.server..",
        "io.nvmredis.network..",
        "io.nvmredis.transfer..",
        "io.nvmredis.tools..",
        "io.nvmredis.directory..",
        "io.nvmredis.certificates.."
    };
    private static final String ENGINE = "io.nvmredis.engine";
    /** So many classes of the engine may use one another in a circle. */
    private static final int MAX_CYCLE = 15;

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("spi-testkit"))
            .importPackages("io.nvmredis");

    @Test
    void shouldKeepTheSpiFreeOfEverything() {
        noClasses()
                .that()
                .resideInAPackage("io.nvmredis.spi..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("io.nvmredis.spi..", "java..", "org.jspecify..")
                .check(classes);
    }

    @Test
    void shouldKeepTheArrowsOfTheSpiOneWay() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("errors")
                .definedBy("io.nvmredis.spi.errors")
                .layer("effects")
                .definedBy("io.nvmredis.spi.effects")
                .layer("contract")
                .definedBy("io.nvmredis.spi")
                .layer("support")
                .definedBy("io.nvmredis.spi.support")
                .whereLayer("support")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("contract")
                .mayOnlyBeAccessedByLayers("support")
                .whereLayer("effects")
                .mayOnlyBeAccessedByLayers("contract")
                .check(classes);
    }

    @Test
    void shouldKeepTheEngineOffTheNetwork() {
        noClasses()
                .that()
                .resideInAPackage("io.nvmredis.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        NETTY,
                        "io.nvmredis.server..",
                        "io.nvmredis.transfer..",
                        "io.nvmredis.stock..",
                        "io.nvmredis.rdb..")
                .check(classes);
    }

    @Test
    void shouldKeepTheNetworkOffUpstream() {
        noClasses()
                .that()
                .resideInAnyPackage(OF_THE_SERVER)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(UPSTREAM)
                .check(classes);
    }

    @Test
    void shouldKeepPersistersOffTheEngine() {
        noClasses()
                .that()
                .resideInAPackage("io.nvmredis.stock..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        UPSTREAM, NETTY, "io.nvmredis.engine..", "io.nvmredis.server..", "io.nvmredis.transfer..")
                .check(classes);
    }

    @Test
    void shouldKeepTheRdbFormatOffThePersisters() {
        noClasses()
                .that()
                .resideInAPackage("io.nvmredis.rdb..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        UPSTREAM,
                        NETTY,
                        "io.nvmredis.engine..",
                        "io.nvmredis.server..",
                        "io.nvmredis.transfer..",
                        "io.nvmredis.stock..")
                .check(classes);
    }

    @Test
    void shouldKeepTransfersOffTheNetwork() {
        noClasses()
                .that()
                .resideInAPackage("io.nvmredis.transfer..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(UPSTREAM, NETTY, "io.nvmredis.server..")
                .check(classes);
    }

    /** Which are one way, too, as far as there are any. */
    @Test
    void shouldHaveNoCyclesOverThePackagesOfTheEngine() {
        slices().assignedFrom(new PackagesOfTheEngine())
                .should()
                .beFreeOfCycles()
                .check(classes);
    }

    private static final class PackagesOfTheEngine implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
            return isOfEngine(javaClass) ? SliceIdentifier.of(javaClass.getPackageName()) : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "packages of the engine";
        }
    }

    private static boolean isOfEngine(JavaClass javaClass) {
        return javaClass.getPackageName().equals(ENGINE)
                || javaClass.getPackageName().startsWith(ENGINE + ".");
    }

    /** Whoever reads one class of such a knot has to read all. */
    @Test
    void shouldKeepTheClassesOfTheEngineUntied() {
        List<JavaClass> ofEngine =
                classes.stream().filter(ArchitectureTest::isOfEngine).toList();
        assertThat(ofEngine).isNotEmpty();
        assertThat(ClassCycles.largerThan(MAX_CYCLE, ofEngine))
                .as("more than " + MAX_CYCLE + " classes of which each reaches each other")
                .isEmpty();
    }

    @Test
    void shouldKeepValuesAndKeyspaceWithinTheEngine() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.nvmredis.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.nvmredis.engine.value..", "io.nvmredis.engine.keyspace..")
                .check(classes);
    }

    @Test
    void shouldMakeFilesForTheirOwnerAlone() {
        FileCreationRule.check(classes);
    }

    /** Upstream deserialises what begins as a Java object does in one method: what is served must not come to it. */
    @Test
    void shouldDeserialiseNothing() {
        noClasses()
                .should()
                .callMethod(Slice.class, "extract")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ObjectInput.class)
                .check(classes);
    }

    @Test
    void shouldHaveNoCycles() {
        slices().matching("io.nvmredis.(*)..").should().beFreeOfCycles().check(classes);
    }

    @Test
    void shouldKeepTheArrowsOfTheServerOneWay() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("command line")
                .definedBy("io.nvmredis.cli..")
                .layer("server")
                .definedBy("io.nvmredis.server..")
                .layer("transfer")
                .definedBy("io.nvmredis.transfer..")
                .layer("tools")
                .definedBy("io.nvmredis.tools..")
                .layer("network")
                .definedBy("io.nvmredis.network..")
                .layer("directory")
                .definedBy("io.nvmredis.directory..")
                .layer("certificates")
                .definedBy("io.nvmredis.certificates..")
                .whereLayer("command line")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("server")
                .mayOnlyBeAccessedByLayers("command line")
                .whereLayer("transfer")
                .mayOnlyBeAccessedByLayers("command line")
                .whereLayer("tools")
                .mayOnlyBeAccessedByLayers("command line")
                .whereLayer("network")
                .mayOnlyBeAccessedByLayers("server")
                .whereLayer("directory")
                .mayOnlyBeAccessedByLayers("command line", "server", "transfer")
                .whereLayer("network")
                .mayOnlyAccessLayers("certificates")
                .whereLayer("certificates")
                .mayNotAccessAnyLayer()
                .whereLayer("directory")
                .mayNotAccessAnyLayer()
                .check(classes);
    }

    @Test
    void shouldKeepAllElseOffTheServer() {
        noClasses()
                .that()
                .resideOutsideOfPackages(OF_THE_SERVER)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(OF_THE_SERVER)
                .check(classes);
    }

    @Test
    void shouldKeepNettyInTheNetwork() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.nvmredis.network..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(NETTY)
                .check(classes);
    }

    @Test
    void shouldReadADirectoryWithoutAnEngine() {
        noClasses()
                .that()
                .resideInAPackage("io.nvmredis.directory..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.nvmredis.engine..")
                .check(classes);
    }

    /** SAVE writes a file of the stock persister's, beside whichever persister keeps the data. */
    @Test
    void shouldLeaveStockPersistersToTheSaver() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.nvmredis.cli..", "io.nvmredis.server..", "io.nvmredis.network..", "io.nvmredis.directory..")
                .and()
                .doNotHaveSimpleName("DumpSaver")
                .and()
                .doNotHaveSimpleName("LiveSettings")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.nvmredis.stock..")
                .check(classes);
    }
}
