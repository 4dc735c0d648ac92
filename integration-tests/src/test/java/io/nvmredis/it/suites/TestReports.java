package io.nvmredis.it.suites;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * The outcomes of all tests of one run, read from JUnit XML as Surefire, Gradle, pytest, Mocha and Vitest write it, and
 * from the {@link TclOutput} of Redis's own suite.
 *
 * <p>A test is called {@code class#name}; without a class it has the name of its suite there. Tests of the same name are
 * numbered in the order in which they stand: {@code class#name (2)} is the second.
 */
final class TestReports {
    enum Outcome {
        PASSED,
        FAILED,
        SKIPPED
    }

    private static final String XML_FILE = ".xml";
    private static final XMLInputFactory XML = XMLInputFactory.newFactory();
    /** Of objects that have no text of their own: another one in each run. */
    private static final Pattern IDENTITY = Pattern.compile("@[0-9a-f]{4,8}\\b");

    private static final Pattern SPACE = Pattern.compile("\\s+");

    static {
        XML.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        XML.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        XML.setProperty(XMLInputFactory.IS_COALESCING, true);
    }

    private final Map<String, Outcome> outcomes = new TreeMap<>();

    private TestReports() {}

    /** Reads all files {@code *.xml} and {@code *.txt} below a directory; those that are no reports are passed over. */
    static TestReports read(Path directory) throws IOException {
        TestReports reports = new TestReports();
        for (Path file : filesBelow(directory)) {
            if (file.toString().endsWith(XML_FILE)) {
                reports.readFile(file);
            } else {
                TclOutput.read(file, reports::add);
            }
        }
        if (reports.outcomes.isEmpty()) {
            throw new IOException(
                    directory + ": no test is reported in any file *.xml or *.txt there; was the suite run with a"
                            + " reporter that writes JUnit XML?");
        }
        return reports;
    }

    private static List<Path> filesBelow(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(XML_FILE)
                            || file.toString().endsWith(".txt"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .collect(Collectors.toList());
        }
    }

    Map<String, Outcome> outcomes() {
        return Collections.unmodifiableMap(outcomes);
    }

    private void readFile(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            XMLStreamReader xml = XML.createXMLStreamReader(in);
            xml.nextTag();
            if (xml.getLocalName().startsWith("testsuite")) {
                readSuites(xml);
            }
        } catch (XMLStreamException e) {
            throw new IOException(file + ": not a whole XML file: " + e.getMessage(), e);
        }
    }

    /** From the start of the outermost suite to its end. */
    private void readSuites(XMLStreamReader xml) throws XMLStreamException {
        Deque<String> suites = new ArrayDeque<>();
        suites.push(attribute(xml, "name"));
        while (!suites.isEmpty()) {
            int event = xml.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                if (xml.getLocalName().equals("testcase")) {
                    readTest(xml, suites.peek());
                } else {
                    suites.push(attribute(xml, "name"));
                }
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                suites.pop();
            }
        }
    }

    private void readTest(XMLStreamReader xml, String suite) throws XMLStreamException {
        String className = attribute(xml, "classname");
        String name = (className.isEmpty() ? suite : className) + '#' + attribute(xml, "name");
        add(name, readOutcome(xml));
    }

    private void add(String name, Outcome outcome) {
        String plain = plain(name);
        String numbered = plain;
        for (int number = 2; outcomes.containsKey(numbered); number++) {
            numbered = plain + " (" + number + ")";
        }
        outcomes.put(numbered, outcome);
    }

    private static String plain(String name) {
        String withoutIdentities = IDENTITY.matcher(name).replaceAll("@");
        return SPACE.matcher(withoutIdentities).replaceAll(" ").strip();
    }

    private static Outcome readOutcome(XMLStreamReader xml) throws XMLStreamException {
        Outcome outcome = Outcome.PASSED;
        for (int depth = 1; depth > 0; ) {
            int event = xml.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                depth++;
                switch (xml.getLocalName()) {
                    case "failure", "error" -> outcome = Outcome.FAILED;
                    case "skipped" -> outcome = outcome == Outcome.FAILED ? outcome : Outcome.SKIPPED;
                    default -> {
                        // What it has printed, and runs that were repeated.
                    }
                }
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                depth--;
            }
        }
        return outcome;
    }

    private static String attribute(XMLStreamReader xml, String name) {
        String value = xml.getAttributeValue(null, name);
        return value == null ? "" : value;
    }
}
