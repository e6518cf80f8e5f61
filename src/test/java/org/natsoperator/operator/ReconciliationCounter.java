package org.natsoperator.operator;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.LoggerFactory;

/**
 * Counts the reconciliations of each object of one namespace. The metrics of JOSDK have no tag for
 * the object, but JOSDK logs each reconciliation at DEBUG, with the object in the MDC.
 */
final class ReconciliationCounter extends AppenderBase<ILoggingEvent> implements AutoCloseable {

  private static final String DISPATCHER =
      "io.javaoperatorsdk.operator.processing.event.ReconciliationDispatcher";
  private static final String RECONCILIATION = "Reconciling resource";

  private final Logger logger = (Logger) LoggerFactory.getLogger(DISPATCHER);
  private final Map<String, Integer> counts = new ConcurrentHashMap<>();
  private final String namespace;

  private ReconciliationCounter(String namespace) {
    this.namespace = namespace;
  }

  static ReconciliationCounter start(String namespace) {
    ReconciliationCounter counter = new ReconciliationCounter(namespace);
    counter.setContext(counter.logger.getLoggerContext());
    counter.start();
    counter.logger.setLevel(Level.DEBUG);
    counter.logger.setAdditive(false);
    counter.logger.addAppender(counter);
    return counter;
  }

  /** Returns the number of reconciliations so far, by kind and name of the object. */
  Map<String, Integer> counts() {
    return new TreeMap<>(counts);
  }

  /** Returns the number of reconciliations since {@code earlier}, by kind and name. */
  Map<String, Integer> countsSince(Map<String, Integer> earlier) {
    Map<String, Integer> since = counts();
    since.replaceAll((object, count) -> count - earlier.getOrDefault(object, 0));
    return since;
  }

  @Override
  protected void append(ILoggingEvent event) {
    Map<String, String> mdc = event.getMDCPropertyMap();
    if (event.getMessage().startsWith(RECONCILIATION)
        && namespace.equals(mdc.get("resource.namespace"))) {
      counts.merge(mdc.get("resource.kind") + " " + mdc.get("resource.name"), 1, Integer::sum);
    }
  }

  @Override
  public void close() {
    logger.detachAppender(this);
    logger.setAdditive(true);
    logger.setLevel(null);
  }
}
