/**
 * Tests the Helm chart on a real API server: its admission policies and the operator's permissions.
 * Start with {@link org.natsoperator.chart.ServerPodsGuardIT}.
 */
package org.natsoperator.chart;
