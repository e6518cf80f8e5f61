package org.natsoperator;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The operator: runs NATS clusters and configures ServiceAccounts as their users. */
@SpringBootApplication
public class NatsOperatorApplication {

  static void main(String[] arguments) {
    SpringApplication.run(NatsOperatorApplication.class, arguments);
  }
}
