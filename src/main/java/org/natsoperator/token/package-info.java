/**
 * Bound tokens: the Secret that holds one, its claims, and the proof that the API server signed it.
 * Start with {@link org.natsoperator.token.TokenVerifier}.
 */
package org.natsoperator.token;
