package org.natsoperator.operator;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/** Limits the connections to the port for probes and metrics. */
@Component
class ProbePort implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

  @Override
  public void customize(TomcatServletWebServerFactory factory) {
    factory.setProtocol(ProbeProtocol.class.getName());
  }
}
