/**
 * The training run for the AOT cache of the operator's image. The image build runs {@link
 * org.natsoperator.training.Training}; neither the product's jar nor the final image contains it.
 */
package org.natsoperator.training;
