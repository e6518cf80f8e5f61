/**
 * The NATS operator for Kubernetes. Each package is one feature; start with {@code cluster} and
 * {@code role}.
 */
package org.natsoperator;
