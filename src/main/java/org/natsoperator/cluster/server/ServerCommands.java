package org.natsoperator.cluster.server;

import io.fabric8.kubernetes.api.model.Pod;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.natsoperator.kubernetes.NamespaceTurns;
import org.natsoperator.kubernetes.ObjectName;
import org.natsoperator.leader.Leadership;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Runs commands to servers outside the reconciliation, at most one at a time for each server. A
 * server can be any program that accepts a connection and never answers. The result of a command is
 * never awaited: the next reconciliation reads it from the server, and repeats the command. After
 * the end of a term no command begins.
 */
@Component
public class ServerCommands {

  private static final Logger LOG = LoggerFactory.getLogger(ServerCommands.class);

  /** Commands of a lane at a time. Few, since each connection of the client has several threads. */
  private static final int PLACES = 16;

  private static final int PLACES_OF_NAMESPACE = 4;

  private static final int MOST_REMEMBERED = 10_000;

  /** Less than the timeout of a connection. A server that works answers within milliseconds. */
  private static final Duration SLOW = Duration.ofMillis(1_500);

  private static final Duration QUICK = Duration.ofMillis(300);

  private final Leadership leadership;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Lane forQuick = new Lane();
  private final Lane forOthers = new Lane();

  /** UIDs of the pods of servers whose last command was quick. */
  private final Set<String> quick = ConcurrentHashMap.newKeySet();

  private final Set<String> running = ConcurrentHashMap.newKeySet();
  private final SlowServers slow = new SlowServers();
  private final Duration slowAfter;

  @Autowired
  ServerCommands(Leadership leadership) {
    this(leadership, SLOW);
  }

  ServerCommands(Leadership leadership, Duration slowAfter) {
    this.leadership = leadership;
    this.slowAfter = slowAfter;
  }

  private record Command(Pod server, Runnable work) {
    String uid() {
      return server.getMetadata().getUid();
    }

    String namespace() {
      return server.getMetadata().getNamespace();
    }
  }

  /** Runs commands in places of its own. The servers of one namespace cannot occupy all places. */
  private final class Lane {
    private final Semaphore places = new Semaphore(PLACES, true);
    private final NamespaceTurns<Command> turns =
        new NamespaceTurns<>(PLACES_OF_NAMESPACE, this::start);

    void start(Command command) {
      if (!threads.isShutdown()) {
        threads.execute(() -> turns.run(command.namespace(), command, () -> take(command)));
      }
    }

    private boolean take(Command command) {
      try {
        places.acquire();
        try {
          runAndRate(command);
        } finally {
          places.release();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        running.remove(command.uid());
      }
      return true;
    }
  }

  /**
   * Starts the command and returns at once. It does nothing while an earlier command to the server
   * runs, or soon after the server has used up its time repeatedly.
   */
  public void run(Pod server, Runnable work) {
    Command command = new Command(server, work);
    if (slow.mayAsk(command.uid(), Instant.now()) && running.add(command.uid())) {
      Lane lane = quick.contains(command.uid()) ? forQuick : forOthers;
      lane.start(command);
    }
  }

  @PreDestroy
  void stop() {
    threads.shutdownNow();
  }

  private void runAndRate(Command command) {
    Instant start = Instant.now();
    try {
      leadership.runIfHeld(command.work());
    } catch (RuntimeException e) {
      LOG.atWarn()
          .addKeyValue(ObjectName.KEY, ObjectName.of(command.server()))
          .setCause(e)
          .log("Failed to send a command to a server");
    }
    rate(command.uid(), start, Instant.now());
  }

  private void rate(String uid, Instant start, Instant end) {
    Duration duration = Duration.between(start, end);
    if (duration.compareTo(slowAfter) < 0) {
      slow.answered(uid);
    } else {
      slow.timedOut(uid, end);
    }
    if (duration.compareTo(QUICK) > 0) {
      quick.remove(uid);
    } else if (quick.size() < MOST_REMEMBERED) {
      quick.add(uid);
    } else {
      quick.clear();
    }
  }
}
