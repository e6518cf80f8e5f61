/**
 * The caches of every replica, leader or standby: one informer per shared kind. Start with {@link
 * org.natsoperator.lookup.SharedInformers}.
 */
package org.natsoperator.lookup;
