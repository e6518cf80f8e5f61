/**
 * The mutating webhook that makes a labelled pod a NATS client; a patch only adds. Start with
 * {@link org.natsoperator.admission.inject.PodInjector}.
 */
package org.natsoperator.admission.inject;
