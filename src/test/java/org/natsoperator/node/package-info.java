/**
 * Tests attacks and failures on a real Kubernetes with real servers and the installed operator.
 * Start with {@link org.natsoperator.testing.Node}.
 */
package org.natsoperator.node;
