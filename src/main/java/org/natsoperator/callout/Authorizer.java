package org.natsoperator.callout;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.natsoperator.access.Grant;
import org.natsoperator.callout.connections.ConnectionTags;
import org.natsoperator.callout.protocol.Decision;
import org.natsoperator.callout.protocol.Decision.Granted;
import org.natsoperator.callout.protocol.Decision.Reason;
import org.natsoperator.callout.protocol.Decision.Refused;
import org.natsoperator.callout.protocol.Decision.Silence;
import org.natsoperator.kubernetes.ContainerStarts;
import org.natsoperator.role.Binding;
import org.natsoperator.role.ObservedRole;
import org.natsoperator.token.BoundPod;
import org.natsoperator.token.LoginToken;

/** Decides about a login from what was observed. */
final class Authorizer {

  /** A pod may start before its role is applied, and two refusals close most clients forever. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  /** The kubelet has the next token at 80 % of the life of a token. */
  private static final double EARLIEST_RENEWAL = 0.90;

  private static final double LATEST_RENEWAL = 0.97;

  private Authorizer() {}

  static Decision decide(ObservedLogin login) {
    return tokenObstacle(login)
        .or(() -> accountObstacle(login))
        .or(() -> podObstacle(login))
        .or(() -> addressObstacle(login))
        .orElseGet(() -> byRole(login));
  }

  private static Optional<Decision> tokenObstacle(ObservedLogin login) {
    if (!login.token().expiry().isAfter(login.now())) {
      return Optional.of(new Refused(Reason.EXPIRED));
    }
    if (login.token().pod().isEmpty() && !login.policy().tokensWithoutPod()) {
      return Optional.of(new Refused(Reason.NO_POD));
    }
    return switch (login.review()) {
      case CONFIRMED -> Optional.empty();
      case DENIED_ONCE ->
          Optional.of(
              isAlive(login)
                  ? new Silence(Reason.TOKEN_REJECTED)
                  : new Refused(Reason.TOKEN_REJECTED));
      case DENIED -> Optional.of(new Refused(Reason.TOKEN_REJECTED));
      case UNANSWERED ->
          isFresh(login)
              ? Optional.empty()
              : Optional.of(new Silence(Reason.API_SERVER_UNREACHABLE));
    };
  }

  /** Whether the caches contain everything without which the API server denies a token. */
  private static boolean isAlive(ObservedLogin login) {
    return accountObstacle(login).or(() -> podObstacle(login)).isEmpty();
  }

  /** A clock that was set back makes the age negative. */
  private static boolean isFresh(ObservedLogin login) {
    Duration staleness = login.policy().staleness();
    Duration age = Duration.between(login.lastAnswer(), login.now());
    return !staleness.isZero() && age.compareTo(staleness) <= 0;
  }

  /** A cache may lag behind the API server, so only a deletion that was seen is a refusal. */
  private static Optional<Decision> accountObstacle(ObservedLogin login) {
    String uid = login.token().accountUid();
    if (login.deletedUids().contains(uid)) {
      return Optional.of(new Refused(Reason.ACCOUNT_DELETED));
    }
    return login.account().filter(account -> has(account, uid)).isPresent()
        ? Optional.empty()
        : Optional.of(new Silence(Reason.ACCOUNT_UNKNOWN));
  }

  private static Optional<Decision> podObstacle(ObservedLogin login) {
    if (login.token().pod().isEmpty()) {
      return Optional.empty();
    }
    String uid = login.token().pod().get().uid();
    if (login.deletedUids().contains(uid)) {
      return Optional.of(new Refused(Reason.POD_DELETED));
    }
    if (login.pod().filter(pod -> has(pod, uid)).isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        login.podCertain() ? new Refused(Reason.POD_UNKNOWN) : new Silence(Reason.POD_UNKNOWN));
  }

  private static Optional<Decision> addressObstacle(ObservedLogin login) {
    if (!isPinned(login)) {
      return Optional.empty();
    }
    List<String> addresses = addresses(login.pod().get());
    if (addresses.isEmpty()) {
      return Optional.of(new Silence(Reason.ADDRESS_UNKNOWN));
    }
    return addresses.contains(login.host())
        ? Optional.empty()
        : Optional.of(new Refused(Reason.WRONG_ADDRESS));
  }

  /** Pods of the host network share the addresses of their node. */
  private static boolean isPinned(ObservedLogin login) {
    return login.policy().bindToPodAddress()
        && login.pod().isPresent()
        && !Boolean.TRUE.equals(login.pod().get().getSpec().getHostNetwork());
  }

  private static Decision byRole(ObservedLogin login) {
    Optional<ObservedRole> role =
        login
            .role()
            .filter(observed -> isFor(observed, login.clusterUid()))
            .filter(observed -> Binding.obstacleWithoutToken(observed).isEmpty());
    return role.<Decision>map(bound -> granted(login, bound))
        .orElseGet(
            () -> isEarly(login) ? new Silence(Reason.NO_ROLE) : new Refused(Reason.NO_ROLE));
  }

  static boolean isFor(ObservedRole role, String clusterUid) {
    return role.cluster().filter(cluster -> has(cluster, clusterUid)).isPresent();
  }

  /** Whether a role that is missing may still be applied. */
  private static boolean isEarly(ObservedLogin login) {
    return login.pod().filter(Authorizer::isPending).isPresent()
        || Stream.concat(
                login.roleDeletedAt().stream(), login.pod().stream().flatMap(Authorizer::starts))
            .anyMatch(time -> Duration.between(time, login.now()).compareTo(PATIENCE) < 0);
  }

  /** The kubelet reports late that containers run, and a pod may wait long for its image. */
  private static boolean isPending(Pod pod) {
    return pod.getStatus() != null && "Pending".equals(pod.getStatus().getPhase());
  }

  /** The creation of the pod, and the starts of its containers. */
  private static Stream<Instant> starts(Pod pod) {
    return Stream.concat(
            Stream.ofNullable(pod.getMetadata().getCreationTimestamp()), ContainerStarts.of(pod))
        .flatMap(time -> instant(time).stream());
  }

  private static Granted granted(ObservedLogin login, ObservedRole role) {
    LoginToken token = login.token();
    Grant grant = role.grant();
    Instant end = earlier(token.expiry(), login.now().plus(login.policy().maxSession()));
    ConnectionTags tags =
        new ConnectionTags(
            token.identity(),
            token.accountUid(),
            token.pod().map(BoundPod::uid),
            token.pod().map(BoundPod::name),
            role.role().getMetadata().getUid(),
            role.role().getMetadata().getGeneration(),
            role.cluster().orElseThrow().getMetadata().getGeneration(),
            LoginVersions.ofPodToken(role.role(), role.cluster().orElseThrow()),
            renewal(login, end));
    String name = token.identity() + "/" + token.pod().map(BoundPod::name).orElse("-");
    return new Granted(
        name, grant, role.role().getSpec().limits(), tags.toList(), sources(login), end);
  }

  /**
   * A time at which the client finds its next token. A client that logs in later than that still
   * had the previous one.
   */
  private static Instant renewal(ObservedLogin login, Instant end) {
    LoginToken token = login.token();
    Duration life = Duration.between(token.issuedAt(), token.expiry());
    Instant usual = token.issuedAt().plus(share(life, login.jitter()));
    Duration rest = Duration.between(login.now(), end);
    Instant latest = login.now().plus(share(rest, login.jitter()));
    return usual.isAfter(login.now())
        ? earlier(usual, latest)
        : login.now().plus(rest.dividedBy(2));
  }

  static Duration share(Duration whole, double jitter) {
    double share = EARLIEST_RENEWAL + (LATEST_RENEWAL - EARLIEST_RENEWAL) * jitter;
    return Duration.ofMillis((long) (whole.toMillis() * share));
  }

  private static List<String> sources(ObservedLogin login) {
    return isPinned(login)
        ? addresses(login.pod().get()).stream()
            .map(address -> address + (address.contains(":") ? "/128" : "/32"))
            .toList()
        : List.of();
  }

  private static List<String> addresses(Pod pod) {
    return pod.getStatus() == null || pod.getStatus().getPodIPs() == null
        ? List.of()
        : pod.getStatus().getPodIPs().stream().map(PodIP::getIp).toList();
  }

  /** The time at which an object was created. */
  static Optional<Instant> start(HasMetadata object) {
    return instant(object.getMetadata().getCreationTimestamp());
  }

  private static Optional<Instant> instant(String time) {
    try {
      return Optional.ofNullable(time).map(Instant::parse);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static boolean has(HasMetadata object, String uid) {
    return uid.equals(object.getMetadata().getUid());
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}
