/**
 * Measures the installed operator on the local cluster and prints a table: {@code make bench}. This
 * package contains no tests. Start with {@link org.natsoperator.bench.Bench}.
 */
package org.natsoperator.bench;
