package org.natsoperator.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.apache.tomcat.websocket.server.WsSci;

/** Speaks like an API server, on loopback: TLS, HTTP/2 and WebSocket. */
final class PretendedApiServer implements AutoCloseable {

  private final Tomcat tomcat = new Tomcat();
  private final SelfSigned certificate = SelfSigned.forLocalhost();
  private final Objects objects = new Objects();

  PretendedApiServer() throws IOException, LifecycleException {
    Path folder = Files.createTempDirectory("training");
    tomcat.setBaseDir(folder.toString());
    tomcat.setConnector(connector());
    Context context = tomcat.addContext("", folder.toString());
    context.addServletContainerInitializer(new WsSci(), null);
    Tomcat.addServlet(context, "api", new ApiServlet(objects));
    context.addServletMappingDecoded("/*", "api");
    tomcat.start();
  }

  String address() {
    return "https://localhost:" + tomcat.getConnector().getLocalPort();
  }

  /** As a client trusts it: PEM in Base64. */
  String certificate() {
    return certificate.encoded();
  }

  /** What the operator wrote into a Secret, in Base64; empty if it did not. */
  String secret(String name, String key) {
    ApiPath path = ApiPath.of("/api/v1/namespaces/%s/secrets/%s".formatted(Lesson.NAMESPACE, name));
    return objects.read(path).map(secret -> secret.path("data").path(key).asText()).orElse("");
  }

  private Connector connector() {
    SSLHostConfig tls = new SSLHostConfig();
    SSLHostConfigCertificate key =
        new SSLHostConfigCertificate(tls, SSLHostConfigCertificate.Type.UNDEFINED);
    key.setCertificateKeystore(certificate.keyStore());
    key.setCertificateKeystorePassword(SelfSigned.PASSWORD);
    tls.addCertificate(key);
    Connector connector = new Connector();
    connector.setPort(0);
    connector.setProperty("address", "127.0.0.1");
    connector.setSecure(true);
    connector.setScheme("https");
    connector.setProperty("SSLEnabled", "true");
    connector.addSslHostConfig(tls);
    connector.addUpgradeProtocol(new Http2Protocol());
    return connector;
  }

  @Override
  public void close() throws LifecycleException {
    tomcat.stop();
  }
}
