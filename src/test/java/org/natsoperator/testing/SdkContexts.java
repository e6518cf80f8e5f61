package org.natsoperator.testing;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.lang.reflect.Proxy;

/** Contexts of reconciliations that a test starts itself. */
public final class SdkContexts {

  private SdkContexts() {}

  /** The context that reports whether the object was deleted, and nothing else. */
  @SuppressWarnings("unchecked")
  public static <P extends HasMetadata> Context<P> deleted(boolean deleted) {
    return (Context<P>)
        Proxy.newProxyInstance(
            Context.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (context, method, arguments) ->
                method.getName().equals("isPrimaryResourceDeleted") ? deleted : null);
  }
}
