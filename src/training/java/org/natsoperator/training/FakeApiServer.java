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

/** An API server on the loopback interface, with TLS, HTTP/2 and WebSocket. */
final class FakeApiServer implements AutoCloseable {

  private final Tomcat tomcat = new Tomcat();
  private final SelfSigned certificate = SelfSigned.forLocalhost();
  private final Objects objects = new Objects();

  FakeApiServer() throws IOException, LifecycleException {
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

  /** Returns the PEM certificate in Base64. */
  String certificate() {
    return certificate.encoded();
  }

  /** Returns a value of a Secret in Base64, or an empty string. */
  String secret(String name, String key) {
    ApiPath path =
        ApiPath.of("/api/v1/namespaces/%s/secrets/%s".formatted(TrainingObjects.NAMESPACE, name));
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
