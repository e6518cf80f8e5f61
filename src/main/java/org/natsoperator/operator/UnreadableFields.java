package org.natsoperator.operator;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.BeanDeserializerBuilder;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.SettableBeanProperty;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.WatchEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes Jackson drop a field of a Kubernetes object whose value it cannot read, such as a quantity
 * or a field whose type a later version of Kubernetes changed. Otherwise one object would stop the
 * informer of its kind.
 */
final class UnreadableFields extends BeanDeserializerModifier {

  private static final Logger LOG = LoggerFactory.getLogger(UnreadableFields.class);

  private static final String KUBERNETES = "io.fabric8.kubernetes.api.model";
  private static final long serialVersionUID = 1L;

  /** Each field is reported once; an object may change every second. */
  private static final Set<String> REPORTED = ConcurrentHashMap.newKeySet();

  private UnreadableFields() {}

  static ObjectMapper droppedBy(ObjectMapper mapper) {
    mapper.registerModule(
        new SimpleModule("unreadable-fields").setDeserializerModifier(new UnreadableFields()));
    return mapper;
  }

  /** A list or an event without its objects would mean that they were deleted. */
  @Override
  public BeanDeserializerBuilder updateBuilder(
      DeserializationConfig config, BeanDescription bean, BeanDeserializerBuilder builder) {
    Class<?> type = bean.getBeanClass();
    if (type.getName().startsWith(KUBERNETES)
        && !KubernetesResourceList.class.isAssignableFrom(type)
        && type != WatchEvent.class) {
      List<SettableBeanProperty> fields = new ArrayList<>();
      builder.getProperties().forEachRemaining(fields::add);
      fields.forEach(field -> builder.addOrReplaceProperty(new Field(field), true));
    }
    return builder;
  }

  private static boolean isNotJson(Throwable failure) {
    return failure instanceof JsonParseException || failure instanceof StreamConstraintsException;
  }

  private static final class Field extends SettableBeanProperty.Delegating {

    private static final long serialVersionUID = 1L;

    Field(SettableBeanProperty field) {
      super(field);
    }

    @Override
    protected SettableBeanProperty withDelegate(SettableBeanProperty field) {
      return new Field(field);
    }

    @Override
    public void deserializeAndSet(JsonParser json, DeserializationContext context, Object object)
        throws IOException {
      deserializeSetAndReturn(json, context, object);
    }

    @Override
    public Object deserializeSetAndReturn(
        JsonParser json, DeserializationContext context, Object object) throws IOException {
      JsonStreamContext parent = parent(json);
      try {
        return delegate.deserializeSetAndReturn(json, context, object);
      } catch (JsonProcessingException | RuntimeException e) {
        if (isNotJson(e) || isNotJson(e.getCause()) || !skip(json, parent)) {
          throw e;
        }
        report();
        return object;
      }
    }

    /** The object that contains the field. */
    private static JsonStreamContext parent(JsonParser json) {
      JsonStreamContext at = json.getParsingContext();
      return json.currentToken() != null && json.currentToken().isStructStart()
          ? at.getParent()
          : at;
    }

    /** Moves to the last token of the value; false if the content ends before. */
    private static boolean skip(JsonParser json, JsonStreamContext parent) throws IOException {
      while (json.getParsingContext() != parent) {
        if (json.nextToken() == null) {
          return false;
        }
      }
      return true;
    }

    /** The log must not quote the value, which may be secret. */
    private void report() {
      String field = getMember().getDeclaringClass().getSimpleName() + "." + getName();
      if (REPORTED.add(field)) {
        LOG.atWarn()
            .addKeyValue("field", field)
            .log("A field of a Kubernetes object cannot be read and is ignored");
      }
    }
  }
}
