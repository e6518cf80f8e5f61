package org.natsoperator.kubernetes;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What an installation decides about the webhooks; set as {@code OPERATOR_WEBHOOKS_ENABLED} and so
 * on.
 *
 * @param enabled off outside a cluster, where nobody calls
 * @param port where they are served
 * @param configuration name of both webhook configurations
 * @param secret name of the Secret with their certificate, in the operator's namespace
 * @param selfMade whether the operator makes what is in the Secret
 * @param hosts names that the API server calls them by
 * @param authority how long a CA lives that the operator makes
 * @param leaf how long a certificate lives that the operator makes
 * @param settle how long a CA is published before a certificate of it is served
 * @param grace how long after that the old CA is still trusted
 * @param lingering how long a stopping replica still answers: API servers hear of it a moment later
 * @param evictMissedPods whether pods that came in while no webhook answered are made anew
 */
@ConfigurationProperties("operator.webhooks")
public record WebhookProperties(
    @DefaultValue("false") boolean enabled,
    @DefaultValue("9443") int port,
    @DefaultValue("nats-operator") String configuration,
    @DefaultValue("nats-operator-webhooks") String secret,
    @DefaultValue("true") boolean selfMade,
    @DefaultValue("localhost") List<String> hosts,
    @DefaultValue("730d") Duration authority,
    @DefaultValue("90d") Duration leaf,
    @DefaultValue("30s") Duration settle,
    @DefaultValue("5m") Duration grace,
    @DefaultValue("5s") Duration lingering,
    @DefaultValue("false") boolean evictMissedPods) {}
