package org.natsoperator.settings;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the webhooks, for example {@code OPERATOR_WEBHOOKS_ENABLED}.
 *
 * @param enabled false outside a cluster, where no API server can call the webhooks
 * @param port port of the webhook server
 * @param configuration name of both webhook configurations
 * @param secret name of the Secret with the certificate, in the operator's namespace
 * @param generateCertificates whether the operator generates the content of the Secret
 * @param hosts DNS names under which the API server calls the webhooks
 * @param caLifetime lifetime of a generated CA
 * @param certificateLifetime lifetime of a generated certificate, limited by its CA
 * @param caPropagationDelay time after which every API server has received a published CA
 * @param caOverlap time in which previous CAs remain published next to a new one
 * @param shutdownDelay time in which a stopping replica accepts requests from slow API servers
 * @param evictUninjectedPods whether the operator evicts pods that were created without injection
 */
@ConfigurationProperties("operator.webhooks")
public record WebhookProperties(
    @DefaultValue("false") boolean enabled,
    @DefaultValue("9443") int port,
    @DefaultValue("nats-operator") String configuration,
    @DefaultValue("nats-operator-webhooks") String secret,
    @DefaultValue("true") boolean generateCertificates,
    @DefaultValue("localhost") List<String> hosts,
    @DefaultValue("730d") Duration caLifetime,
    @DefaultValue("90d") Duration certificateLifetime,
    @DefaultValue("30s") Duration caPropagationDelay,
    @DefaultValue("5m") Duration caOverlap,
    @DefaultValue("5s") Duration shutdownDelay,
    @DefaultValue("false") boolean evictUninjectedPods) {}
