package io.nvmredis.nvm.format;

import io.nvmredis.spi.Finding;
import io.nvmredis.spi.InspectionReport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Damage that a check has found, each place once, however many ways lead to it. Keeps so many findings and counts the
 * others. Any thread.
 */
public final class FindingList {
    private final List<Finding> findings = new ArrayList<>();
    private final List<Finding> harmless = new ArrayList<>();
    private final Set<String> places = new HashSet<>();
    private long count;

    /** Adds damage that an exception tells, unless its place is known. */
    public void add(DamageException damage, String part, Finding.@Nullable Key key) {
        add(new Finding(damage.path(), damage.offset(), damage.expected(), damage.actual(), part, key));
    }

    /** Adds damage unless its place is known. */
    public synchronized void add(Finding finding) {
        if (count >= InspectionReport.MOST_FINDINGS) {
            count++;
        } else if (places.add(finding.place())) {
            findings.add(finding);
            count++;
        }
    }

    /** Adds damage to what nothing leads to any more, so that nobody misses it; kept apart from the rest. */
    public synchronized void addHarmless(DamageException damage, String part, Finding.@Nullable Key key) {
        if (harmless.size() < InspectionReport.MOST_FINDINGS) {
            harmless.add(new Finding(damage.path(), damage.offset(), damage.expected(), damage.actual(), part, key));
        }
    }

    /** Returns the damage to what nothing leads to. */
    public synchronized List<Finding> harmless() {
        return List.copyOf(harmless);
    }

    /** Runs a check, and adds the damage that it throws. Returns whether it found none. */
    public boolean isGood(String part, Runnable check) {
        try {
            check.run();
            return true;
        } catch (DamageException e) {
            add(e, part, null);
            return false;
        }
    }

    /** Returns whether nothing has been found. */
    public synchronized boolean isEmpty() {
        return count == 0;
    }

    /** Returns the number of findings; the same place counts again once there are too many to be kept. */
    public synchronized long count() {
        return count;
    }

    /** Returns the findings that were kept. */
    public synchronized List<Finding> findings() {
        return List.copyOf(findings);
    }
}
