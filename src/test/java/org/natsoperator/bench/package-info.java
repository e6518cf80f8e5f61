/**
 * Measures the installed operator on the local cluster and prints a table: {@code make bench}.
 * Nothing here is a test. Start with {@link org.natsoperator.bench.Bench}.
 */
package org.natsoperator.bench;
