/**
 * What is written for users and must be true of the code. Start with {@link
 * org.natsoperator.docs.CrdReference}.
 */
package org.natsoperator.docs;
