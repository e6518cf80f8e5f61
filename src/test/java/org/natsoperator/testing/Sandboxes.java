package org.natsoperator.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives every {@link Sandbox} parameter of a test a sandbox of its own, and closes it when the test
 * is over.
 */
abstract class Sandboxes implements BeforeAllCallback, ParameterResolver {

  /** Makes sure that there is a Kubernetes. */
  abstract void start();

  abstract Sandbox create();

  @Override
  public final void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(20));
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
    // The store closes it when the test is over.
    String key = parameter.getDeclaringExecutable().getName() + parameter.getIndex();
    return store.computeIfAbsent(key, asked -> create(), Sandbox.class);
  }
}
