package io.nvmredis.spi;

import java.util.List;

/**
 * Result of a check.
 *
 * @param findings damage, in the order in which it was found; no more than {@link #MOST_FINDINGS}
 * @param findingCount number of all findings
 * @param harmless damage to what nothing leads to any more, such as records that have been replaced
 * @param start what a start would do
 * @param checkedBytes bytes that were read and compared with their checksums
 */
public record InspectionReport(
        List<Finding> findings, long findingCount, List<Finding> harmless, StartForecast start, long checkedBytes) {
    /** Most findings that are kept. */
    public static final int MOST_FINDINGS = 10_000;

    public InspectionReport {
        findings = List.copyOf(findings);
        harmless = List.copyOf(harmless);
    }

    /** Returns whether there is no damage; a tail that a crash has torn is none. */
    public boolean isSound() {
        return findingCount == 0 && !start.isRefused();
    }
}
