/**
 * Parts of a NatsCluster that the Go operator supports and this one does not: the API server
 * accepts them, and the operator ignores or rejects them.
 */
package org.natsoperator.api.unsupported;
