package org.natsoperator.callout;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.natsoperator.access.Identity;
import org.natsoperator.kubernetes.ChangeHandler;
import org.natsoperator.lookup.SharedInformer;
import org.natsoperator.lookup.SharedInformers;
import org.springframework.stereotype.Component;

/**
 * ServiceAccounts, client pods and roles that were deleted a short time ago. The API server
 * confirms a token until some time after that, and its answers are remembered.
 */
@Component
class RecentDeletions {

  /** Longer than the API server's answer about a token is used, here and in its own cache. */
  static final Duration REMEMBERED = Duration.ofSeconds(75);

  private final Clock clock;
  private final Map<String, Instant> uids = new ConcurrentHashMap<>();
  private final Map<Identity, Instant> roles = new ConcurrentHashMap<>();

  RecentDeletions(SharedInformers informers, Clock clock) {
    this.clock = clock;
    follow(informers.serviceAccounts());
    follow(informers.clientPods());
    informers
        .roles()
        .addHandler(
            new ChangeHandler<>(
                role -> roles.remove(Identity.of(role)),
                role -> {
                  forgetOld();
                  roles.put(Identity.of(role), clock.instant());
                }));
  }

  /** Whether an object with this UID was deleted. */
  boolean contains(String uid) {
    return uids.containsKey(uid);
  }

  /** The time at which the role of this identity was deleted. */
  Optional<Instant> ofRole(Identity identity) {
    return Optional.ofNullable(roles.get(identity));
  }

  private <T extends HasMetadata> void follow(SharedInformer<T> informer) {
    informer.addHandler(
        new ChangeHandler<>(
            object -> uids.remove(object.getMetadata().getUid()),
            object -> {
              forgetOld();
              uids.put(object.getMetadata().getUid(), clock.instant());
            }));
  }

  private void forgetOld() {
    Instant oldest = clock.instant().minus(REMEMBERED);
    uids.values().removeIf(oldest::isAfter);
    roles.values().removeIf(oldest::isAfter);
  }
}
