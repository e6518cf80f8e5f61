package org.natsoperator.cluster.keys;

import java.util.Optional;
import org.natsoperator.api.CalloutKeys;
import org.natsoperator.nkey.SigningNkey;
import org.natsoperator.nkey.XKey;

/**
 * The secret keys of a cluster's auth callout.
 *
 * @param issuer signs answers; it could admit anyone to any account
 * @param xkey decrypts requests, which contain tokens
 * @param previous the keys before a renewal, for servers that have not restarted since
 */
public record CalloutSeeds(SigningNkey issuer, XKey xkey, Optional<CalloutSeeds> previous) {

  /** The public keys, which the servers' configuration contains. */
  public CalloutKeys publicKeys() {
    return new CalloutKeys(issuer.publicKey(), xkey.publicKey());
  }
}
