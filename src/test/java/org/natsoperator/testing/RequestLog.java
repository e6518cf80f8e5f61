package org.natsoperator.testing;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** The requests of a client to the API server, as method, path and query. */
public final class RequestLog implements Interceptor {

  private final List<String> requests = new CopyOnWriteArrayList<>();

  /** A client of the same user whose requests, after other interceptors, appear in this log. */
  public KubernetesClient record(KubernetesClient client, Interceptor... others) {
    return new KubernetesClientBuilder()
        .withConfig(client.getConfiguration())
        .withHttpClientBuilderConsumer(
            http -> {
              for (Interceptor other : others) {
                http.addOrReplaceInterceptor(other.toString(), other);
              }
              http.addOrReplaceInterceptor("log", this);
            })
        .build();
  }

  /** The list requests for a plural name, without watches. */
  public List<String> lists(String plural) {
    return requests()
        .filter(request -> request.matches("GET [^?]*/" + plural + "(\\?.*)?"))
        .filter(request -> !request.contains("watch=true"))
        .toList();
  }

  /** All requests. */
  public Stream<String> requests() {
    return requests.stream();
  }

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    requests.add(request.method() + " " + request.uri());
  }
}
