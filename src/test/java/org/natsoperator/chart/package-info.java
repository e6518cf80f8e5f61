/**
 * The Helm chart on a real API server: what it lets nobody do, what it lets the operator do. Start
 * with {@link org.natsoperator.chart.ServerPodsGuardIT}.
 */
package org.natsoperator.chart;
