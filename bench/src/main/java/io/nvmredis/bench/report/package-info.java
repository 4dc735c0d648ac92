/** The report: one HTML page that needs no network, the same as JSON, and a short text in Markdown. */
@NullMarked
package io.nvmredis.bench.report;

import org.jspecify.annotations.NullMarked;
