/**
 * The NATS operator for Kubernetes. Each package is one feature; start with {@code role} and {@code
 * cluster}.
 */
package org.natsoperator;
