package org.natsoperator.cluster.features;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.natsoperator.validation.FieldErrors;

/** Rejects resources that the API server rejects: invalid amounts and requests above limits. */
final class ResourceRules {

  /** In characters, as in the CRD. */
  private static final int LONGEST_QUANTITY = 64;

  private ResourceRules() {}

  static void check(FieldErrors errors, String field, ResourceRequirements resources) {
    if (resources == null) {
      return;
    }
    var limits = amounts(errors, field + ".limits", resources.getLimits());
    var requests = amounts(errors, field + ".requests", resources.getRequests());
    requests.forEach(
        (name, request) ->
            errors.addIf(
                request.compareTo(limits.getOrDefault(name, request)) > 0,
                field + ".requests." + name,
                "exceeds limits.%s; lower it or raise the limit",
                name));
  }

  /** Java needs quadratic time for a number: minutes for a million digits. */
  private static BigDecimal amount(Quantity quantity) {
    if (quantity.toString().length() > LONGEST_QUANTITY) {
      throw new IllegalArgumentException("too long");
    }
    return quantity.getNumericalAmount();
  }

  private static Map<String, BigDecimal> amounts(
      FieldErrors errors, String field, Map<String, Quantity> quantities) {
    Map<String, BigDecimal> amounts = new HashMap<>();
    Objects.requireNonNullElse(quantities, Map.<String, Quantity>of())
        .forEach(
            (name, quantity) -> {
              if (quantity == null || quantity.getAmount() == null) {
                return;
              }
              try {
                amounts.put(name, amount(quantity));
              } catch (IllegalArgumentException | ArithmeticException e) {
                errors.add(
                    field + "." + name,
                    "is not a valid quantity; use one such as \"500m\" or \"1Gi\"");
              }
            });
    return amounts;
  }
}
