package org.natsoperator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Nullable;
import java.util.List;

/** Secrets with the certificates of each listener, and the names of the files in them. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TlsPolicy(
    @JsonPropertyDescription("Secret for clients.") String serverSecret,
    @JsonPropertyDescription("File of the CA for clients.") String serverSecretCAFileName,
    @JsonPropertyDescription("File of the certificate for clients.")
        String serverSecretCertFileName,
    @JsonPropertyDescription("File of the key for clients.") String serverSecretKeyFileName,
    @JsonPropertyDescription("Secret for routes.") String routesSecret,
    @JsonPropertyDescription("File of the CA for routes.") String routesSecretCAFileName,
    @JsonPropertyDescription("File of the certificate for routes.") String routesSecretCertFileName,
    @JsonPropertyDescription("File of the key for routes.") String routesSecretKeyFileName,
    @JsonPropertyDescription("Secret for gateways.") String gatewaySecret,
    @JsonPropertyDescription("File of the CA for gateways.") String gatewaySecretCAFileName,
    @JsonPropertyDescription("File of the certificate for gateways.")
        String gatewaySecretCertFileName,
    @JsonPropertyDescription("File of the key for gateways.") String gatewaySecretKeyFileName,
    @JsonPropertyDescription("Secret for leaf nodes.") String leafnodeSecret,
    @JsonPropertyDescription("File of the CA for leaf nodes.") String leafnodeSecretCAFileName,
    @JsonPropertyDescription("File of the certificate for leaf nodes.")
        String leafnodeSecretCertFileName,
    @JsonPropertyDescription("File of the key for leaf nodes.") String leafnodeSecretKeyFileName,
    @JsonPropertyDescription("Secret for WebSocket clients.") String websocketSecret,
    @JsonPropertyDescription("File of the CA for WebSocket clients.")
        String websocketSecretCAFileName,
    @JsonPropertyDescription("File of the certificate for WebSocket clients.")
        String websocketSecretCertFileName,
    @JsonPropertyDescription("File of the key for WebSocket clients.")
        String websocketSecretKeyFileName,
    @JsonPropertyDescription("Serve the monitoring port by HTTPS.") Boolean enableHttps,
    @JsonPropertyDescription("Seconds a client's handshake may take.") Integer clientsTLSTimeout,
    @JsonPropertyDescription("Seconds a route's handshake may take.") Integer routesTLSTimeout,
    @JsonPropertyDescription("Seconds a gateway's handshake may take.") Integer gatewaysTLSTimeout,
    @JsonPropertyDescription("Seconds a leaf node's handshake may take.")
        Integer leafnodesTLSTimeout,
    @JsonPropertyDescription("Seconds a WebSocket client's handshake may take.")
        Integer websocketTLSTimeout,
    @JsonPropertyDescription("Ask clients for a certificate and verify it.") Boolean verify,
    @Nullable @JsonPropertyDescription("Cipher suites of TLS up to 1.2.") List<String> cipherSuites,
    @Nullable @JsonPropertyDescription("Elliptic curves in order of preference.")
        List<String> curvePreferences) {}
