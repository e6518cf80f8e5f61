/**
 * Tests that the documentation for users matches the code. Start with {@link
 * org.natsoperator.docs.CrdReference}.
 */
package org.natsoperator.docs;
