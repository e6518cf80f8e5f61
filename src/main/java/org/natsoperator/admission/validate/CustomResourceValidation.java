package org.natsoperator.admission.validate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.natsoperator.admission.review.AdmissionRequest;
import org.natsoperator.admission.review.AdmissionResponse;
import org.natsoperator.decoding.LenientDecoder;
import org.natsoperator.decoding.LenientlyRead;
import org.natsoperator.validation.FieldError;

/**
 * Validates an object by the rules of its kind. It accepts subresources such as the status, changes
 * of only the metadata, and errors that the old object had too. So users can correct an object step
 * by step, or remove the finalizers of one that is being deleted.
 */
final class CustomResourceValidation {

  private static final int GENERATED_SUFFIX_LENGTH = 5;

  private CustomResourceValidation() {}

  /** The tree of a review, the relevant fields, the tree without skipped fields, and the object. */
  static final int COPIES = 4;

  private record Validated<T>(T object, List<FieldError> errors) {}

  static <T extends HasMetadata & LenientlyRead> AdmissionResponse response(
      AdmissionRequest request, ValidationRules<T> rules) {
    if (!isValidated(request)) {
      return AdmissionResponse.allowed();
    }
    Validated<T> after = validate(request.object(), request, rules);
    Optional<Validated<T>> before =
        Optional.of(request.oldObject())
            .filter(JsonNode::isObject)
            .map(old -> validate(old, request, rules));
    var errors = partition(after.errors, before.map(Validated::errors).orElse(List.of()));
    List<FieldError> added = errors.get(false);
    boolean sameSpec = before.isPresent() && hasSameSpec(request);
    List<FieldError> warnings = new ArrayList<>(sameSpec ? added : errors.get(true));
    before.ifPresent(
        old -> warnings.addAll(rules.updateWarnings().apply(old.object, after.object)));
    warnings.addAll(
        ResourceAnnotations.warnings(
            before.map(Validated::object), after.object, rules.annotations()));
    if (after.errors.isEmpty()) {
      warnings.addAll(
          rules.missingDependencies().apply(before.map(Validated::object), after.object));
      warnings.addAll(sameSpec ? List.of() : rules.warnings().apply(after.object));
    }
    return AdmissionResponse.of(sameSpec ? List.of() : added, warnings);
  }

  private static boolean isValidated(AdmissionRequest request) {
    return request.object().isObject()
        && request.subresource().isEmpty()
        && Set.of("CREATE", "UPDATE").contains(request.operation())
        && !(isBeingDeleted(request) && hasSameSpec(request));
  }

  private static boolean isBeingDeleted(AdmissionRequest request) {
    return request.object().path("metadata").hasNonNull("deletionTimestamp");
  }

  private static boolean hasSameSpec(AdmissionRequest request) {
    JsonNode spec = request.object().path("spec");
    return spec.equals(request.oldObject().path("spec"));
  }

  private static <T extends HasMetadata & LenientlyRead> Validated<T> validate(
      JsonNode raw, AdmissionRequest request, ValidationRules<T> rules) {
    T object = LenientDecoder.decode(relevantFields(raw, request), rules.type());
    return new Validated<>(object, rules.mistakes().apply(object));
  }

  /** Returns the spec and some metadata, with the name and namespace of the request. */
  private static ObjectNode relevantFields(JsonNode raw, AdmissionRequest request) {
    JsonNode rawMetadata = raw.path("metadata");
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    ObjectNode metadata =
        fields
            .putObject("metadata")
            .put("name", name(rawMetadata, request))
            .put("namespace", rawMetadata.path("namespace").asText(request.namespace()));
    Stream.of("labels", "annotations")
        .filter(field -> rawMetadata.path(field).isObject())
        .forEach(field -> metadata.set(field, rawMetadata.get(field).deepCopy()));
    if (raw.has("spec")) {
      fields.set("spec", raw.get("spec").deepCopy());
    }
    return fields;
  }

  /** Returns a name of the final length if the API server has yet to generate the name. */
  private static String name(JsonNode metadata, AdmissionRequest request) {
    String generated =
        metadata.path("generateName").asText("") + "x".repeat(GENERATED_SUFFIX_LENGTH);
    return Stream.of(metadata.path("name").asText(""), request.name(), generated)
        .filter(name -> !name.isEmpty())
        .findFirst()
        .orElseThrow();
  }

  /** Splits errors into those that the old object has too (true) and new ones (false). */
  private static Map<Boolean, List<FieldError>> partition(
      List<FieldError> errors, List<FieldError> oldErrors) {
    Set<FieldError> old =
        oldErrors.stream().map(CustomResourceValidation::unindexed).collect(Collectors.toSet());
    return errors.stream()
        .collect(Collectors.partitioningBy(error -> old.contains(unindexed(error))));
  }

  /** An entry of a list may have moved, so its index does not distinguish its error. */
  private static FieldError unindexed(FieldError error) {
    String index = "\\[\\d+]";
    return new FieldError(
        error.field().replaceAll(index, ""), error.message().replaceAll(index, ""));
  }
}
