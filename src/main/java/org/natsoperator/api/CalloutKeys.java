package org.natsoperator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/**
 * The public keys of a cluster's auth callout.
 *
 * @param issuer signs the operator's answers, {@code A…}
 * @param xkey encrypts the servers' questions, {@code X…}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CalloutKeys(
    @JsonPropertyDescription("Key that signs the operator's answers.") String issuer,
    @JsonPropertyDescription("Key for which servers encrypt their requests.") String xkey) {}
