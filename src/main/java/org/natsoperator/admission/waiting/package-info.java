/**
 * Client pods whose containers cannot start, since a token is missing. Kubernetes reports only that
 * the mount fails; these classes report the cause.
 */
package org.natsoperator.admission.waiting;
