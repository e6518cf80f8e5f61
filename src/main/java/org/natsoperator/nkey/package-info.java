/**
 * Keys as NATS writes them: Ed25519 keys that sign, and curve keys that encrypt the messages of an
 * auth callout. Start with {@link org.natsoperator.nkey.NkeyCodec}.
 */
package org.natsoperator.nkey;
