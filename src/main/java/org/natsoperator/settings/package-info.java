/**
 * The settings of an installation as typed properties. Start with {@link
 * org.natsoperator.settings.OperatorProperties}.
 */
package org.natsoperator.settings;
