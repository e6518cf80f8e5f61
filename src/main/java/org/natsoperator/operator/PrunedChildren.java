package org.natsoperator.operator;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.util.Set;
import org.natsoperator.lookup.PrunedChild;

/**
 * Prunes the objects of clusters while they are read. Their informers belong to the SDK, which has
 * one for each namespace, and informers cannot share a store that prunes.
 */
final class PrunedChildren extends BeanDeserializerModifier {

  private static final long serialVersionUID = 1L;

  private static final Set<Class<?>> KINDS =
      Set.of(Service.class, StatefulSet.class, PodDisruptionBudget.class, NetworkPolicy.class);

  private PrunedChildren() {}

  static ObjectMapper prunedBy(ObjectMapper mapper) {
    return mapper.registerModule(
        new SimpleModule("children").setDeserializerModifier(new PrunedChildren()));
  }

  @Override
  public JsonDeserializer<?> modifyDeserializer(
      DeserializationConfig config, BeanDescription bean, JsonDeserializer<?> deserializer) {
    return KINDS.contains(bean.getBeanClass()) ? new Pruning(deserializer) : deserializer;
  }

  private static final class Pruning extends DelegatingDeserializer {

    private static final long serialVersionUID = 1L;

    Pruning(JsonDeserializer<?> whole) {
      super(whole);
    }

    @Override
    protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> whole) {
      return new Pruning(whole);
    }

    @Override
    public Object deserialize(JsonParser json, DeserializationContext context) throws IOException {
      HasMetadata child = (HasMetadata) super.deserialize(json, context);
      if (child.getMetadata() != null) {
        PrunedChild.prune(child);
      }
      return child;
    }
  }
}
