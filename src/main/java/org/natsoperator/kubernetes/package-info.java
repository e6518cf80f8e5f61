/**
 * How the operator lives in Kubernetes: its client, start and stop, health, Events and conditions.
 * Start with {@link org.natsoperator.kubernetes.OperatorLifecycle}.
 */
package org.natsoperator.kubernetes;
