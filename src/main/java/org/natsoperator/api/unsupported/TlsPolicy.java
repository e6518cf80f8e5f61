package org.natsoperator.api.unsupported;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Nullable;
import java.util.List;

/** Secrets with the certificates of each listener, and the names of their files. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TlsPolicy(
    @JsonPropertyDescription("Secret of the client listener.") String serverSecret,
    @JsonPropertyDescription("CA file of the client listener.") String serverSecretCAFileName,
    @JsonPropertyDescription("Certificate file of the client listener.")
        String serverSecretCertFileName,
    @JsonPropertyDescription("Key file of the client listener.") String serverSecretKeyFileName,
    @JsonPropertyDescription("Secret of the route listener.") String routesSecret,
    @JsonPropertyDescription("CA file of the route listener.") String routesSecretCAFileName,
    @JsonPropertyDescription("Certificate file of the route listener.")
        String routesSecretCertFileName,
    @JsonPropertyDescription("Key file of the route listener.") String routesSecretKeyFileName,
    @JsonPropertyDescription("Secret of the gateway listener.") String gatewaySecret,
    @JsonPropertyDescription("CA file of the gateway listener.") String gatewaySecretCAFileName,
    @JsonPropertyDescription("Certificate file of the gateway listener.")
        String gatewaySecretCertFileName,
    @JsonPropertyDescription("Key file of the gateway listener.") String gatewaySecretKeyFileName,
    @JsonPropertyDescription("Secret of the leaf node listener.") String leafnodeSecret,
    @JsonPropertyDescription("CA file of the leaf node listener.") String leafnodeSecretCAFileName,
    @JsonPropertyDescription("Certificate file of the leaf node listener.")
        String leafnodeSecretCertFileName,
    @JsonPropertyDescription("Key file of the leaf node listener.")
        String leafnodeSecretKeyFileName,
    @JsonPropertyDescription("Secret of the WebSocket listener.") String websocketSecret,
    @JsonPropertyDescription("CA file of the WebSocket listener.") String websocketSecretCAFileName,
    @JsonPropertyDescription("Certificate file of the WebSocket listener.")
        String websocketSecretCertFileName,
    @JsonPropertyDescription("Key file of the WebSocket listener.")
        String websocketSecretKeyFileName,
    @JsonPropertyDescription("Serve the monitoring port over HTTPS.") Boolean enableHttps,
    @JsonPropertyDescription("Time limit for the TLS handshake of a client, in seconds.")
        Integer clientsTLSTimeout,
    @JsonPropertyDescription("Time limit for the TLS handshake of a route, in seconds.")
        Integer routesTLSTimeout,
    @JsonPropertyDescription("Time limit for the TLS handshake of a gateway, in seconds.")
        Integer gatewaysTLSTimeout,
    @JsonPropertyDescription("Time limit for the TLS handshake of a leaf node, in seconds.")
        Integer leafnodesTLSTimeout,
    @JsonPropertyDescription("Time limit for the TLS handshake of a WebSocket client, in seconds.")
        Integer websocketTLSTimeout,
    @JsonPropertyDescription("Require a valid certificate of each client.") Boolean verify,
    @Nullable @JsonPropertyDescription("Cipher suites for TLS 1.2 and earlier.")
        List<String> cipherSuites,
    @Nullable @JsonPropertyDescription("Elliptic curves in order of preference.")
        List<String> curvePreferences) {}
