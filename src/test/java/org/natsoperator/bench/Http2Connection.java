package org.natsoperator.bench;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * One HTTP/2 connection, as an API server has one; all clients send over it concurrently. It writes
 * single frames because the JDK client needs three times the CPU time of HTTP/1.1, and it shares
 * the processors with the operator.
 */
final class Http2Connection implements AutoCloseable {

  /** Large enough for a response of the size of the request. */
  private static final int WINDOW = 1 << 20;

  private final HTTP2Client client = new HTTP2Client();
  private final HttpURI uri;
  private final Session session;

  Http2Connection(SSLContext context, String host) throws Exception {
    uri = HttpURI.from("https://%s:%d%s".formatted(host, ReviewClient.PORT, ReviewClient.PATH));
    client.setInitialStreamRecvWindow(WINDOW);
    client.setInitialSessionRecvWindow(8 * WINDOW);
    SslContextFactory.Client tls = new SslContextFactory.Client();
    tls.setSslContext(context);
    tls.setEndpointIdentificationAlgorithm(null);
    client.addBean(tls);
    client.start();
    session =
        inTime(
            client.connect(
                tls, new InetSocketAddress(host, ReviewClient.PORT), new Session.Listener() {}));
  }

  /** Sends JSON and returns the response. */
  String post(byte[] json) throws Exception {
    HttpFields fields = HttpFields.build().put(HttpHeader.CONTENT_TYPE, "application/json");
    MetaData.Request request =
        new MetaData.Request("POST", uri, HttpVersion.HTTP_2, fields, json.length);
    ResponseListener answer = new ResponseListener();
    session
        .newStream(new HeadersFrame(request, null, false), answer)
        .thenCompose(
            stream -> stream.data(new DataFrame(stream.getId(), ByteBuffer.wrap(json), true)))
        .whenComplete((stream, failure) -> answer.failIf(failure));
    return inTime(answer.text);
  }

  private static <T> T inTime(CompletableFuture<T> future) throws Exception {
    try {
      return future.get(ReviewClient.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("no response within " + ReviewClient.TIMEOUT, e);
    }
  }

  @Override
  public void close() throws Exception {
    client.stop();
  }

  private static final class ResponseListener implements Stream.Listener {

    private final CompletableFuture<String> text = new CompletableFuture<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    @Override
    public void onDataAvailable(Stream stream) {
      for (Stream.Data data = stream.readData(); data != null; data = stream.readData()) {
        ByteBuffer piece = data.frame().getByteBuffer();
        byte[] bytes = new byte[piece.remaining()];
        piece.get(bytes);
        body.writeBytes(bytes);
        boolean last = data.frame().isEndStream();
        data.release();
        if (last) {
          text.complete(body.toString(StandardCharsets.UTF_8));
          return;
        }
      }
      stream.demand();
    }

    @Override
    public void onReset(Stream stream, ResetFrame frame, Callback callback) {
      failIf(new IllegalStateException("reset: " + frame));
      callback.succeeded();
    }

    @Override
    public void onFailure(
        Stream stream, int error, String reason, Throwable failure, Callback callback) {
      failIf(failure);
      callback.succeeded();
    }

    private void failIf(Throwable failure) {
      if (failure != null) {
        text.completeExceptionally(failure);
      }
    }
  }
}
