/**
 * Decodes resources although some of their values have a wrong type. It knows the shape of every
 * resource (metadata, spec and status), but no kind.
 */
package org.natsoperator.decoding;
