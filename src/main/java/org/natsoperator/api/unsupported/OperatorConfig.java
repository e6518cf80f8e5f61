package org.natsoperator.api.unsupported;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** NATS operator mode: accounts by JWT. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record OperatorConfig(
    @JsonPropertyDescription("Secret with the operator's JWT as op.jwt.") String secret,
    @JsonPropertyDescription("Public key of the system account.") String systemAccount,
    @JsonPropertyDescription("Resolver of account JWTs, such as URL(https://…).")
        String resolver) {}
