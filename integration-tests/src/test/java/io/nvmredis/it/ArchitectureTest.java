package io.nvmredis.it;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.nvmredis.it.kit.TestDirectory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tests know the server from outside only, and the kit alone starts what they start. */
class ArchitectureTest {
    private static final String KIT = "io.nvmredis.it.kit";
    /** Of every module, and of no server: what a real Redis is started with. */
    private static final String TEST_KIT = "io.nvmredis.spi.testkit";

    private static final String ALL = "io.nvmredis.it";
    private static final String CONTAINER_TESTS = "io.nvmredis.it.container";
    private static final String HISTORY_TESTS = "io.nvmredis.it.history";
    private static final String SOAK_TESTS = "io.nvmredis.it.soak";
    private static final String SUITE_TESTS = "io.nvmredis.it.suites";
    private static final String[] TESTS = {ALL, CONTAINER_TESTS, HISTORY_TESTS, SOAK_TESTS, SUITE_TESTS};
    /** Starts the image, and is tested with it. */
    private static final String CONTAINER_MODULE = "io.nvmredis.testcontainers";

    private static final JavaClasses CLASSES = new ClassFileImporter().importPackages(ALL);

    @Test
    void shouldFindTheClasses() {
        assertThat(CLASSES.contain(TestDirectory.class)).isTrue();
        assertThat(CLASSES.contain(RestartIT.class)).isTrue();
    }

    @Test
    void shouldUseNoClassOfTheServer() {
        noClasses()
                .that()
                .resideInAnyPackage(ALL, HISTORY_TESTS, SOAK_TESTS, SUITE_TESTS)
                .or()
                .resideInAPackage(KIT)
                .should()
                .dependOnClassesThat(
                        resideInAPackage("io.nvmredis..").and(resideOutsideOfPackages("io.nvmredis.it..", TEST_KIT)))
                .check(CLASSES);
    }

    @Test
    void shouldUseNoClassOfTheServerInAContainer() {
        noClasses()
                .that()
                .resideInAPackage(CONTAINER_TESTS)
                .should()
                .dependOnClassesThat(resideInAPackage("io.nvmredis..")
                        .and(resideOutsideOfPackages(CONTAINER_TESTS, KIT, CONTAINER_MODULE)))
                .check(CLASSES);
    }

    @Test
    void shouldHaveAKitThatKnowsNoTest() {
        noClasses()
                .that()
                .resideInAPackage(KIT)
                .should()
                .dependOnClassesThat(resideInAPackage("io.nvmredis..").and(resideOutsideOfPackages(KIT, TEST_KIT)))
                .check(CLASSES);
    }

    @Test
    void shouldStartProcessesAndMakeDirectoriesInTheKitOnly() {
        noClasses()
                .that()
                .resideInAnyPackage(TESTS)
                .and()
                .doNotBelongToAnyOf(ArchitectureTest.class)
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ProcessBuilder.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(TempDir.class)
                .orShould()
                .callMethod(Files.class, "createTempDirectory", String.class, FileAttribute[].class)
                .orShould()
                .callMethod(Files.class, "createTempDirectory", Path.class, String.class, FileAttribute[].class)
                .check(CLASSES);
    }

    /** Who attacks a server cannot do so in its protocol alone. */
    @Test
    void shouldConnectInTheKitOnly() {
        noClasses()
                .that()
                .resideInAnyPackage(TESTS)
                .and()
                .doNotHaveSimpleName(HostileClient.class.getSimpleName())
                .should()
                .callConstructor(Socket.class)
                .orShould()
                .callConstructor(Socket.class, InetAddress.class, int.class)
                .orShould()
                .callConstructor(Socket.class, String.class, int.class)
                .check(CLASSES);
    }
}
