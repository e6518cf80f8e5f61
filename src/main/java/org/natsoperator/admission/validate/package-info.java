/**
 * The validating webhooks for NatsCluster and NatsServiceRole. Start with {@link
 * org.natsoperator.admission.validate.CustomResourceValidation}.
 */
package org.natsoperator.admission.validate;
