package io.nvmredis.spi.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import io.nvmredis.spi.support.PrivateFiles;
import java.io.FileOutputStream;
import java.io.FileWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.Set;

/** Rule that only {@link PrivateFiles} makes files and directories, so that none is made that others may read. */
public final class FileCreationRule {
    private static final Set<String> METHODS = Set.of(
            Files.class.getName() + ".copy",
            Files.class.getName() + ".createDirectories",
            Files.class.getName() + ".createDirectory",
            Files.class.getName() + ".createFile",
            Files.class.getName() + ".createTempDirectory",
            Files.class.getName() + ".createTempFile",
            Files.class.getName() + ".newBufferedWriter",
            Files.class.getName() + ".newByteChannel",
            Files.class.getName() + ".newOutputStream",
            Files.class.getName() + ".write",
            Files.class.getName() + ".writeString",
            java.io.File.class.getName() + ".createNewFile",
            java.io.File.class.getName() + ".createTempFile",
            java.io.File.class.getName() + ".mkdir",
            java.io.File.class.getName() + ".mkdirs",
            AsynchronousFileChannel.class.getName() + ".open",
            FileChannel.class.getName() + ".open",
            RandomAccessFile.class.getName() + ".<init>",
            FileOutputStream.class.getName() + ".<init>",
            FileWriter.class.getName() + ".<init>",
            PrintStream.class.getName() + ".<init>",
            PrintWriter.class.getName() + ".<init>");

    private FileCreationRule() {}

    /** Fails if one of these classes makes a file itself. */
    public static void check(JavaClasses classes) {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(PrivateFiles.class.getName())
                .should()
                .accessTargetWhere(DescribedPredicate.describe("a file may be made", FileCreationRule::mayMakeFile))
                .check(classes);
    }

    private static boolean mayMakeFile(JavaAccess<?> access) {
        return METHODS.contains(access.getTargetOwner().getFullName() + "." + access.getName());
    }
}
