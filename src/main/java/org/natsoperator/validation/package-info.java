/** Checks of names and values that several packages share, and the errors that they report. */
package org.natsoperator.validation;
