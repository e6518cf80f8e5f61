package org.natsoperator.lookup;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.net.URI;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * Requests smaller pages of lists whose objects are large. Any user can create objects as large as
 * the API server permits, and a whole page is in memory. So a page that is too large fails while it
 * arrives, and the same list is then requested in smaller pages, at last of one object. With pages
 * of five for all lists, an operator with 5,000 roles would send 4,000 requests at its start.
 */
@Component
public class SmallerPages implements Interceptor {

  private static final int MAX_MIB = 4;

  /** Each limit, and the next smaller one. */
  private static final Map<String, String> SMALLER =
      Map.of(
          limit(PageSize.USUAL), limit(PageSize.SMALL),
          limit(PageSize.SMALL), limit(PageSize.FEW),
          limit(PageSize.FEW), limit(PageSize.SINGLE));

  /** A path may contain the name of any namespace. */
  private static final int MOST_PATHS = 1_000;

  /** The objects that were too large may be gone by then. */
  private static final Duration REMEMBERED = Duration.ofHours(1);

  /** The limit of a list. */
  private record Limit(String limit, Instant since) {}

  /** The limit of each list whose pages were too large, by its path. */
  private final Map<String, Limit> limits = new ConcurrentHashMap<>();

  private final Clock clock;

  SmallerPages(Clock clock) {
    this.clock = clock;
  }

  /** A page is too large; the next request of the same list has smaller pages. */
  private static final class LargePageException extends IOException {

    private static final long serialVersionUID = 1L;

    LargePageException(String path) {
      super(
          "a page of %s has more than %d MiB; its next pages are smaller".formatted(path, MAX_MIB));
    }
  }

  /**
   * Whether a list failed since a page was too large. The same request then has smaller pages if it
   * is repeated.
   */
  static boolean haveEffectAfter(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof LargePageException) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    Limit smaller = limits.get(request.uri().getPath());
    if (smaller != null && clock.instant().isBefore(smaller.since().plus(REMEMBERED))) {
      limitOf(request.uri())
          .map(limit -> request.uri().toString().replace(limit, smaller.limit()))
          .ifPresent(uri -> builder.uri(URI.create(uri)));
    }
  }

  @Override
  public AsyncBody.Consumer<List<ByteBuffer>> consumer(
      AsyncBody.Consumer<List<ByteBuffer>> consumer, HttpRequest request) {
    return limitOf(request.uri())
        .<AsyncBody.Consumer<List<ByteBuffer>>>map(
            limit -> new LimitedConsumer(consumer, request.uri().getPath(), limit))
        .orElse(consumer);
  }

  /** The limit of a request whose pages can be smaller. */
  private static Optional<String> limitOf(URI uri) {
    return Optional.ofNullable(uri.getQuery())
        .flatMap(query -> Arrays.stream(query.split("&")).filter(SMALLER::containsKey).findFirst());
  }

  private static String limit(long objects) {
    return "limit=" + objects;
  }

  /** Fails if a response is too large. */
  private final class LimitedConsumer implements AsyncBody.Consumer<List<ByteBuffer>> {

    private final AsyncBody.Consumer<List<ByteBuffer>> page;
    private final String path;
    private final String limit;
    private long bytes;

    LimitedConsumer(AsyncBody.Consumer<List<ByteBuffer>> page, String path, String limit) {
      this.page = page;
      this.path = path;
      this.limit = limit;
    }

    @Override
    public void consume(List<ByteBuffer> part, AsyncBody body) throws Exception {
      bytes += part.stream().mapToLong(Buffer::remaining).sum();
      if (bytes > MAX_MIB << 20) {
        if (limits.size() >= MOST_PATHS) {
          limits.clear();
        }
        limits.put(path, new Limit(SMALLER.get(limit), clock.instant()));
        throw new LargePageException(path);
      }
      page.consume(part, body);
    }

    @Override
    public <U> U unwrap(Class<U> target) {
      return page.unwrap(target);
    }
  }
}
