package org.natsoperator.kubernetes;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Tells whoever runs this operator of others that look after some of the same namespaces. Which of
 * them should let go nobody but him can say.
 */
@Component
class Contest {

  private static final Logger LOG = LoggerFactory.getLogger(Contest.class);

  private final Rivals rivals;
  private volatile List<Rival> known = List.of();

  Contest(Rivals rivals, MeterRegistry meters) {
    this.rivals = rivals;
    Gauge.builder("nats.operator.contesting", () -> known.size())
        .description("Other operators that look after some of the same namespaces")
        .register(meters);
  }

  /** Each is told once, as long as it is there. */
  void look() {
    List<Rival> now = rivals.contesting();
    now.stream().filter(rival -> !known.contains(rival)).forEach(this::tell);
    known = now;
  }

  private void tell(Rival rival) {
    LOG.error(
        "The operator in namespace {} looks after {} too, and each undoes what the other does;"
            + " uninstall one of the two, or give both lists of watchNamespaces that do not"
            + " overlap",
        rival.namespace(),
        rivals.contested(rival));
  }
}
