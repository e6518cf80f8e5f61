package org.natsoperator.operator;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.natsoperator.api.NatsApi;

/**
 * Bounds the metadata of objects while they are read. Any user can add a megabyte of small entries
 * to the metadata of an object, and they need ten times as much memory as text.
 */
final class BoundedMetadata {

  /** Of labels, of annotations and of finalizers; other entries count as not present. */
  static final int MOST_ENTRIES = 1_000;

  /** In all {@code managedFields} of an object, and as many in those of the operator. */
  static final int MOST_MANAGED_FIELDS = 5_000;

  /** Of {@code managedFields}, deeper than any field that the operator compares. */
  private static final int DEEPEST = 50;

  private BoundedMetadata() {}

  /** Makes the mapper skip the entries beyond the bounds. */
  static ObjectMapper readBy(ObjectMapper mapper) {
    return mapper
        .addMixIn(ObjectMeta.class, Metadata.class)
        .registerModule(
            new SimpleModule("metadata").addDeserializer(FieldsV1.class, new ManagedFields()));
  }

  /** The annotations of Jackson for the fields of {@link ObjectMeta}. */
  private abstract static class Metadata {

    @JsonDeserialize(using = Texts.class)
    private List<String> finalizers;

    @JsonDeserialize(using = Entries.class)
    private Map<String, String> labels;

    @JsonDeserialize(using = Entries.class)
    private Map<String, String> annotations;
  }

  static final class Texts extends JsonDeserializer<List<String>> {

    @Override
    public List<String> deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      List<String> texts = new ArrayList<>();
      if (!json.hasToken(JsonToken.START_ARRAY)) {
        json.skipChildren();
        return texts;
      }
      while (json.nextToken() != JsonToken.END_ARRAY) {
        String text = json.getValueAsString();
        json.skipChildren();
        if (texts.size() < MOST_ENTRIES) {
          texts.add(text);
        }
      }
      return texts;
    }
  }

  /** There is room for those of the operator after all others. */
  static final class Entries extends JsonDeserializer<Map<String, String>> {

    @Override
    public Map<String, String> deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      Map<String, String> entries = new LinkedHashMap<>();
      if (!json.hasToken(JsonToken.START_OBJECT)) {
        json.skipChildren();
        return entries;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        String value = json.getValueAsString();
        json.skipChildren();
        int most = isOperators(name) ? 2 * MOST_ENTRIES : MOST_ENTRIES;
        if (entries.size() < most) {
          entries.put(name, value);
        }
      }
      return entries;
    }

    private static boolean isOperators(String name) {
      return name.equals(NatsApi.APP_LABEL)
          || name.equals(NatsApi.CLUSTER_LABEL)
          || name.startsWith(NatsApi.GROUP + "/");
    }
  }

  /** Counts the fields of all other managers of an object together. */
  static final class ManagedFields extends JsonDeserializer<FieldsV1> {

    /** Keys of numbers of fields in the current object. */
    private enum Count {
      OPERATOR,
      OTHERS
    }

    @Override
    public FieldsV1 deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      JsonStreamContext manager = json.getParsingContext().getParent();
      if (isFirst(manager)) {
        context.setAttribute(Count.OPERATOR, 0);
        context.setAttribute(Count.OTHERS, 0);
      }
      FieldsV1 fields = new FieldsV1();
      Count counted = isOperator(manager) ? Count.OPERATOR : Count.OTHERS;
      fields.setAdditionalProperties(read(json, 1, context, counted));
      return fields;
    }

    private static boolean isFirst(JsonStreamContext manager) {
      JsonStreamContext managers = manager == null ? null : manager.getParent();
      return managers == null || managers.getCurrentIndex() == 0;
    }

    /** The API server writes the name of the manager before its fields. */
    private static boolean isOperator(JsonStreamContext manager) {
      return manager != null
          && manager.getCurrentValue() instanceof ManagedFieldsEntry entry
          && NatsApi.FIELD_MANAGER.equals(entry.getManager());
    }

    private static Map<String, Object> read(
        JsonParser json, int depth, DeserializationContext context, Count counted)
        throws IOException {
      Map<String, Object> fields = new LinkedHashMap<>();
      if (!json.hasToken(JsonToken.START_OBJECT) || depth > DEEPEST) {
        json.skipChildren();
        return fields;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        Integer before = (Integer) context.getAttribute(counted);
        int count = before == null ? 1 : before + 1;
        context.setAttribute(counted, count);
        if (count > MOST_MANAGED_FIELDS) {
          json.skipChildren();
        } else {
          fields.put(name, read(json, depth + 1, context, counted));
        }
      }
      return fields;
    }
  }
}
