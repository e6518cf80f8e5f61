package org.natsoperator.lookup;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.net.URI;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * Requests smaller pages of lists whose objects are large. Any user can create objects as large as
 * the API server permits, and a whole page is in memory. So the first page that is too large fails
 * while it arrives, and the same list is then requested in pages of five. With pages of five for
 * all lists, an operator with 5,000 roles would send 4,000 requests at its start.
 */
@Component
public class SmallerPages implements Interceptor {

  private static final int MAX_MIB = 4;
  private static final String USUAL = "limit=" + PageSize.USUAL;
  private static final String SMALLER = "limit=" + PageSize.OF_LARGE_OBJECTS;

  /** A path may contain the name of any namespace. */
  private static final int MOST_PATHS = 1_000;

  private final Set<String> paths = ConcurrentHashMap.newKeySet();

  /** A page is too large; the next request of the same list has smaller pages. */
  private static final class LargePageException extends IOException {

    private static final long serialVersionUID = 1L;

    LargePageException(String path) {
      super(
          "a page of %s has more than %d MiB; its next pages are smaller".formatted(path, MAX_MIB));
    }
  }

  /** Whether a list failed since a page was too large; the same request succeeds if repeated. */
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
    if (isPage(request.uri()) && paths.contains(request.uri().getPath())) {
      builder.uri(URI.create(request.uri().toString().replace(USUAL, SMALLER)));
    }
  }

  @Override
  public AsyncBody.Consumer<List<ByteBuffer>> consumer(
      AsyncBody.Consumer<List<ByteBuffer>> consumer, HttpRequest request) {
    return isPage(request.uri())
        ? new LimitedConsumer(consumer, request.uri().getPath())
        : consumer;
  }

  private static boolean isPage(URI uri) {
    return uri.getQuery() != null && Arrays.asList(uri.getQuery().split("&")).contains(USUAL);
  }

  /** Fails if a response is too large. */
  private final class LimitedConsumer implements AsyncBody.Consumer<List<ByteBuffer>> {

    private final AsyncBody.Consumer<List<ByteBuffer>> page;
    private final String path;
    private long bytes;

    LimitedConsumer(AsyncBody.Consumer<List<ByteBuffer>> page, String path) {
      this.page = page;
      this.path = path;
    }

    @Override
    public void consume(List<ByteBuffer> part, AsyncBody body) throws Exception {
      bytes += part.stream().mapToLong(Buffer::remaining).sum();
      if (bytes > MAX_MIB << 20) {
        if (paths.size() >= MOST_PATHS) {
          paths.clear();
        }
        paths.add(path);
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
