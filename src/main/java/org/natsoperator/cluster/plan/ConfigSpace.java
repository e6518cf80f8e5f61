package org.natsoperator.cluster.plan;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.natsoperator.access.Grant;
import org.natsoperator.access.Identity;
import org.natsoperator.access.PermissionIntersection;
import org.natsoperator.access.PrivateInbox;
import org.natsoperator.api.Permissions;
import org.natsoperator.api.RoleReasons;
import org.natsoperator.config.ServerUser;
import org.natsoperator.role.Binding.Bound;
import org.natsoperator.role.Binding.Unbound;

/**
 * Divides the space of the configuration Secret among the roles. A role that is in force never
 * loses its login because another one grew. If its own change does not fit, it keeps what its
 * previous grant and its new spec have in common, so that a revocation always takes effect. Changes
 * and new roles get the rest of the space, oldest first.
 *
 * @param logins with the grants that fit, in the given order
 * @param unbound roles without space for a login
 * @param limited roles whose change does not fit, each with a message for its status
 */
record ConfigSpace(
    List<Bound> logins, Map<Identity, Unbound> unbound, Map<Identity, String> limited) {

  /** The rest of the 1 MiB of a Secret is for the other keys and their growth. */
  private static final int MOST_BYTES = 1_000_000;

  /** Another token of a role that is in force may be longer. */
  private static final int RESERVE = 20_000;

  /** Bytes of the file for one user and for one subject, in addition to their own text. */
  private static final int BYTES_PER_USER = 220;

  private static final int BYTES_PER_SUBJECT = 4;

  private static final int BYTES_OF_RESPONSES = 120;

  private static final String TOO_LARGE =
      "spec.permissions: contains more than %d bytes of subjects; use wildcards or split the role"
          .formatted(Permissions.MAX_BYTES);

  private static final String FULL =
      "the cluster's configuration has reached the maximum size of a Secret, 1 MiB; delete roles or"
          + " split the cluster";

  private static final String LIMITED =
      "only permissions that the role had before and still has are in force: ";

  /**
   * @param previous reads the users that servers have now, by name; used only if not all roles fit
   */
  static ConfigSpace of(List<Bound> logins, Supplier<Map<String, ServerUser>> previous) {
    boolean fits =
        logins.stream().mapToLong(ConfigSpace::bytesOf).sum() <= MOST_BYTES
            && logins.stream().noneMatch(ConfigSpace::isTooLarge);
    return fits
        ? new ConfigSpace(logins, Map.of(), Map.of())
        : new Division(previous.get()).divide(logins);
  }

  /**
   * Only what the roles grant and servers have now.
   *
   * @param previous the users that servers have now, by name
   * @param reason why roles get no more
   */
  static ConfigSpace withoutGrowth(
      List<Bound> logins, Map<String, ServerUser> previous, Unbound reason) {
    return new Division(previous).keepOnly(logins, reason);
  }

  /** One division, in two rounds. */
  private static final class Division {

    private final Map<String, ServerUser> previous;
    private final Map<Identity, Bound> granted = new HashMap<>();
    private final Map<Identity, Unbound> unbound = new LinkedHashMap<>();
    private final Map<Identity, String> limited = new LinkedHashMap<>();
    private long bytes;

    Division(Map<String, ServerUser> previous) {
      this.previous = previous;
    }

    ConfigSpace divide(List<Bound> logins) {
      logins.forEach(this::keep);
      logins.forEach(this::grow);
      return result(logins);
    }

    ConfigSpace keepOnly(List<Bound> logins, Unbound reason) {
      logins.forEach(this::keep);
      logins.stream()
          .filter(login -> !login.equals(granted.get(identity(login))))
          .forEach(login -> reject(login, reason));
      return result(logins);
    }

    private ConfigSpace result(List<Bound> logins) {
      List<Bound> result =
          logins.stream()
              .flatMap(login -> Optional.ofNullable(granted.get(identity(login))).stream())
              .toList();
      return new ConfigSpace(result, unbound, limited);
    }

    private void keep(Bound login) {
      ServerUser before = previous.get(login.grant().user());
      if (before != null) {
        Bound kept = new Bound(intersection(login.grant(), before), login.token());
        if (bytes + bytesOf(kept) <= MOST_BYTES + RESERVE) {
          granted.put(identity(login), kept);
          bytes += bytesOf(kept);
        }
      }
    }

    private void grow(Bound login) {
      Optional<Bound> kept = Optional.ofNullable(granted.get(identity(login)));
      if (kept.filter(login::equals).isPresent()) {
        return;
      }
      long grown = bytes - kept.map(ConfigSpace::bytesOf).orElse(0) + bytesOf(login);
      if (!isTooLarge(login) && grown <= MOST_BYTES) {
        granted.put(identity(login), login);
        bytes = grown;
        return;
      }
      String message = isTooLarge(login) ? TOO_LARGE : FULL;
      reject(login, new Unbound(RoleReasons.CONFIG_FULL, message));
    }

    private void reject(Bound login, Unbound reason) {
      if (granted.containsKey(identity(login))) {
        limited.put(identity(login), LIMITED + reason.message());
      } else {
        unbound.put(identity(login), reason);
      }
    }

    private static Grant intersection(Grant grant, ServerUser before) {
      return new Grant(
          grant.identity(),
          grant.user(),
          PermissionIntersection.ofPublish(grant.publish(), before.publish()),
          PermissionIntersection.ofSubscribe(grant.subscribe(), before.subscribe()),
          PermissionIntersection.ofResponses(grant.responses(), before.responses()));
    }

    private static Identity identity(Bound login) {
      return login.grant().identity();
    }
  }

  /** The private inbox does not count, since the role does not list it. */
  private static boolean isTooLarge(Bound login) {
    Grant grant = login.grant();
    String inbox = PrivateInbox.subjects(grant.identity());
    List<String> listed = grant.subscribe().stream().filter(entry -> !entry.equals(inbox)).toList();
    return new Permissions(grant.publish(), listed).isTooLarge();
  }

  private static int bytesOf(Bound login) {
    Grant grant = login.grant();
    int subjects = grant.publish().size() + grant.subscribe().size();
    return BYTES_PER_USER
        + grant.user().length()
        + login.token().value().length()
        + subjects * BYTES_PER_SUBJECT
        + (grant.responses().isPresent() ? BYTES_OF_RESPONSES : 0)
        + Permissions.bytesOf(grant.publish())
        + Permissions.bytesOf(grant.subscribe());
  }

  /** Contains tokens; never log. */
  @Override
  public String toString() {
    return "ConfigSpace" + unbound.keySet() + limited.keySet();
  }
}
