/**
 * Gives the operator a first start while its image is built, so that the AOT cache holds whatever a
 * start needs. Nothing of it runs in production. Start with {@link
 * org.natsoperator.training.Training}.
 */
package org.natsoperator.training;
