package org.natsoperator.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Serves lists, watches, reads and writes without authorization. */
final class ApiServlet extends HttpServlet {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BY_NAME = "metadata.name=";

  private final transient Objects objects;
  private final transient Issuer issuer = new Issuer();

  ApiServlet(Objects objects) {
    this.objects = objects;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    String uri = request.getRequestURI();
    if (uri.equals(Issuer.PATH)) {
      answer(response, JSON.readTree(issuer.keys()));
    } else if ("websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
      watch(request, response);
    } else if (request.getMethod().equals("GET")) {
      get(request, response);
    } else if (request.getMethod().equals("DELETE")) {
      answer(response, objects.delete(ApiPath.of(uri)));
    } else {
      write(request, response);
    }
  }

  /** The path of a request; of one object if the field selector names it. */
  private static ApiPath selected(HttpServletRequest request) {
    ApiPath path = ApiPath.of(request.getRequestURI());
    String selector = request.getParameter("fieldSelector");
    return selector != null && selector.startsWith(BY_NAME)
        ? path.named(selector.substring(BY_NAME.length()))
        : path;
  }

  private void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    ApiPath path = ApiPath.of(request.getRequestURI());
    if (path.name().isEmpty()) {
      answer(response, objects.list(selected(request)));
    } else if (objects.read(path).isPresent()) {
      answer(response, objects.read(path).get());
    } else {
      response.setStatus(HttpServletResponse.SC_NOT_FOUND);
      answer(response, TrainingObjects.notFound());
    }
  }

  private void write(HttpServletRequest request, HttpServletResponse response) throws IOException {
    ApiPath path = ApiPath.of(request.getRequestURI());
    JsonNode sent = JSON.readTree(request.getInputStream());
    if (path.subresource().equals("token")) {
      answer(response, issuer.issue(path, (ObjectNode) sent));
    } else if (path.collection().endsWith("/selfsubjectrulesreviews")) {
      answer(response, TrainingObjects.everythingIsAllowed((ObjectNode) sent));
    } else {
      ObjectNode object = sent.isObject() ? (ObjectNode) sent : JSON.createObjectNode();
      write(path, object, request.getMethod().equals("POST"), response);
    }
  }

  private void write(ApiPath path, ObjectNode object, boolean create, HttpServletResponse response)
      throws IOException {
    ApiPath named = path.name().isEmpty() ? path.named(object.at("/metadata/name").asText()) : path;
    ApiPath target = named.withoutSubresource();
    Optional<ObjectNode> written = objects.writeUnlessOutdated(target, object, create);
    if (written.isEmpty()) {
      response.setStatus(HttpServletResponse.SC_CONFLICT);
    }
    answer(response, written.<JsonNode>map(now -> now).orElseGet(TrainingObjects::conflict));
  }

  private static void answer(HttpServletResponse response, JsonNode body) throws IOException {
    response.setContentType("application/json");
    response.getOutputStream().write(JSON.writeValueAsBytes(body));
  }

  private void watch(HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    var container =
        (ServerContainer) getServletContext().getAttribute(ServerContainer.class.getName());
    ApiPath path = selected(request);
    String since = request.getParameter("resourceVersion");
    int version = since == null ? 0 : Integer.parseInt(since);
    ServerEndpointConfig config =
        ServerEndpointConfig.Builder.create(Watch.class, request.getRequestURI())
            .configurator(
                new ServerEndpointConfig.Configurator() {
                  @Override
                  public <T> T getEndpointInstance(Class<T> type) {
                    return type.cast(new Watch(path, version));
                  }
                })
            .build();
    try {
      container.upgradeHttpToWebSocket(request, response, config, Map.of());
    } catch (DeploymentException e) {
      throw new ServletException(e);
    }
  }

  private final class Watch extends Endpoint {

    private final ApiPath path;
    private final int since;

    Watch(ApiPath path, int since) {
      this.path = path;
      this.since = since;
    }

    @Override
    public void onOpen(Session session, EndpointConfig config) {
      objects.watch(path, since, event -> send(event, session));
    }

    /** Returns false if the session is closed. */
    private static boolean send(String event, Session session) {
      try {
        session.getBasicRemote().sendText(event);
        return true;
      } catch (IOException | IllegalStateException closed) {
        return false;
      }
    }
  }
}
