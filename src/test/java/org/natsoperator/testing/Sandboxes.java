package org.natsoperator.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Creates a sandbox for each {@link Sandbox} parameter of a test, and closes it after the test. */
abstract class Sandboxes implements BeforeAllCallback, ParameterResolver {

  /** Starts Kubernetes if necessary. */
  abstract void start();

  abstract Sandbox create();

  @Override
  public final void beforeAll(ExtensionContext context) {
    // Before the operator reconciles everything again. Tests of a promised time set their own
    // bound.
    Awaitility.setDefaultTimeout(Duration.ofSeconds(50));
    Awaitility.setDefaultPollInterval(Duration.ofMillis(50));
    start();
  }

  @Override
  public final boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType().equals(Sandbox.class);
  }

  @Override
  public final Sandbox resolveParameter(ParameterContext parameter, ExtensionContext context) {
    ExtensionContext.Store store =
        context.getStore(ExtensionContext.Namespace.create(Sandboxes.class, context.getUniqueId()));
    // The store closes the sandbox after the test.
    String key = parameter.getDeclaringExecutable().getName() + parameter.getIndex();
    return store.computeIfAbsent(key, ignored -> create(), Sandbox.class);
  }
}
