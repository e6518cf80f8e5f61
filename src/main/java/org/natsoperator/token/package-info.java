/**
 * Bound tokens: the Secret that holds one, its claims, and the proof that the API server issued it.
 * Start with {@link org.natsoperator.token.TokenProof}.
 */
package org.natsoperator.token;
