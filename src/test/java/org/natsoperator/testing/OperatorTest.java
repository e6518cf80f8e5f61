package org.natsoperator.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.NatsOperatorApplication;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

/** A test of the whole operator with a real API server. All such tests share one of each. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ApiServer.class)
@SpringBootTest(
    classes = NatsOperatorApplication.class,
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = "operator.namespace=" + OperatorTest.NAMESPACE)
public @interface OperatorTest {

  /** The namespace of the operator under test. */
  String NAMESPACE = "default";
}
