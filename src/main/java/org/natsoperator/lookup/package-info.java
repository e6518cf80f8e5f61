/**
 * What every replica answers from, whether it leads or not: one informer per shared kind. Start
 * with {@link org.natsoperator.lookup.SharedInformers}.
 */
package org.natsoperator.lookup;
