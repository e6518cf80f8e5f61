package org.natsoperator.admission.inject;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.natsoperator.admission.review.AdmissionWarnings;

/** What holds for every pod, also for those that somebody wired before, in part or by hand. */
class AnyPodTest {

  @Property(shrinking = ShrinkingMode.OFF)
  void theSecondTimeNothingChanges(@ForAll("seeds") long seed, @ForAll TokenMode trust) {
    ObjectNode pod = new RandomPods(seed).pod();

    ObjectNode wired = wired(pod, trust);

    assertThat(patch(wired, trust)).isEmpty();
  }

  /** What is not read makes no difference. */
  @Property(shrinking = ShrinkingMode.OFF)
  void allThatIsLookedAtIsRead(@ForAll("seeds") long seed) {
    ObjectNode pod = new RandomPods(seed).pod();
    PodInjector injector = new PodInjector(FakeClusterLookup.walkthrough());

    assertThat(injector.handle(Pods.createdAndRead(pod)))
        .isEqualTo(injector.handle(Pods.created(pod)));
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void whatWasThereIsThereInItsOrder(@ForAll("seeds") long seed, @ForAll TokenMode trust) {
    ObjectNode pod = new RandomPods(seed).pod();
    ObjectNode untouched = pod.deepCopy();

    ObjectNode wired = wired(pod, trust);

    assertThat(pod).isEqualTo(untouched);
    assertThat(isPartOf(pod, wired)).as("%s in %s", pod, wired).isTrue();
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void namesAndPathsAreUnique(@ForAll("seeds") long seed, @ForAll TokenMode trust) {
    ObjectNode wired = wired(new RandomPods(seed).pod(), trust);

    assertThat(names(wired.at("/spec/volumes"), "name")).doesNotHaveDuplicates();
    for (JsonNode container : containers(wired)) {
      assertThat(names(container.path("volumeMounts"), "mountPath")).doesNotHaveDuplicates();
      assertThat(names(container.path("env"), "name")).doesNotHaveDuplicates();
      assertThat(names(wired.at("/spec/volumes"), "name"))
          .containsAll(names(container.path("volumeMounts"), "name"));
    }
  }

  /**
   * Every container sees a token of every cluster, but for those in which something is in the way.
   */
  @Property(shrinking = ShrinkingMode.OFF)
  void everyContainerSeesItsTokens(@ForAll("seeds") long seed, @ForAll boolean bound) {
    TokenMode trust = bound ? TokenMode.BOUND_SECRET : TokenMode.PROJECTED;
    ObjectNode pod = new RandomPods(seed).pod();
    InjectionOptions options = options(pod);
    List<ResolvedCluster> clusters =
        options.clusters().stream().map(wish -> Pods.cluster(wish, trust)).toList();
    AdmissionWarnings warnings = new AdmissionWarnings();
    ObjectNode wired =
        Pods.patched(pod, PodPatch.ofNew(new PodView(pod), options, clusters, warnings));

    for (ResolvedCluster cluster : clusters) {
      List<TokenVolume> volumes = TokenVolume.in(wired.at("/spec/volumes"), cluster);
      for (ContainerView container :
          new PodView(wired).containers().stream().filter(options.containers()::takes).toList()) {
        String uninjected =
            "container %s gets no token: the mount of .* conflicts with %s"
                .formatted(container.name(), options.folder(cluster));
        boolean warned = warnings.all().stream().anyMatch(text -> text.matches(uninjected));
        assertThat(new ContainerPatch(container).tokenFile(volumes).isPresent())
            .as(uninjected)
            .isNotEqualTo(warned);
      }
    }
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void whoIsLeftOutIsLeftAlone(@ForAll("seeds") long seed, @ForAll TokenMode trust) {
    ObjectNode pod = new RandomPods(seed).pod();
    ContainerSelection selection = options(pod).containers();

    List<ContainerView> after = new PodView(wired(pod, trust)).containers();

    assertThat(after.stream().filter(container -> !selection.takes(container)))
        .containsExactlyElementsOf(
            new PodView(pod)
                .containers().stream().filter(container -> !selection.takes(container)).toList());
  }

  /** The test of tests: what is random here meets each of the wishes. */
  @Example
  void everyWishIsMet() {
    List<InjectionOptions> all =
        LongStream.range(0, 1000).mapToObj(seed -> options(new RandomPods(seed).pod())).toList();

    assertThat(all).allSatisfy(options -> assertThat(options.errors()).isEmpty());
    assertThat(all)
        .anyMatch(options -> options.clusters().size() == 3)
        .anyMatch(options -> !options.env())
        .anyMatch(options -> options.fsGroup().isPresent())
        .anyMatch(options -> options.lifetime().isPresent())
        .anyMatch(options -> options.containers().only().isPresent())
        .anyMatch(options -> !options.containers().except().isEmpty());
  }

  /** Other webhooks give our volume another name, and put lists into another order. */
  @Property(shrinking = ShrinkingMode.OFF)
  void renamedAndReorderedItIsStillRecognised(@ForAll("seeds") long seed, @ForAll TokenMode trust) {
    RandomPods random = new RandomPods(seed);
    ObjectNode wired = wired(random.pod(), trust);

    random.renameVolumes(wired);
    random.shuffle(wired);

    assertThat(patch(wired, trust)).isEmpty();
  }

  /** Half of what we add is lost again: what is missing comes back, and the rest is used. */
  @Property(shrinking = ShrinkingMode.OFF)
  void aPartOfAnEarlierInjectionIsCompleted(@ForAll("seeds") long seed, @ForAll TokenMode trust) {
    RandomPods random = new RandomPods(seed);
    ObjectNode wired = wired(random.pod(), trust);
    random.loseSome(wired);

    ObjectNode again = wired(wired, trust);

    assertThat(patch(again, trust)).isEmpty();
    assertThat(isPartOf(wired, again)).isTrue();
    assertThat(names(again.at("/spec/volumes"), "name")).doesNotHaveDuplicates();
  }

  @Provide
  Arbitrary<Long> seeds() {
    return Arbitraries.longs();
  }

  private static ObjectNode wired(ObjectNode pod, TokenMode trust) {
    return Pods.patched(pod, patch(pod, trust));
  }

  private static List<JsonNode> patch(ObjectNode pod, TokenMode trust) {
    InjectionOptions options = options(pod);
    return PodPatch.ofNew(
        new PodView(pod), options, Pods.clusters(options, trust), new AdmissionWarnings());
  }

  private static InjectionOptions options(ObjectNode pod) {
    return InjectionOptions.of(new PodView(pod), "nats-io");
  }

  private static List<JsonNode> containers(JsonNode pod) {
    return Stream.concat(
            pod.at("/spec/initContainers").valueStream(), pod.at("/spec/containers").valueStream())
        .toList();
  }

  private static List<String> names(JsonNode list, String field) {
    return list.valueStream().map(item -> item.path(field).asText()).toList();
  }

  /** Whether a tree is what is left of another when fields and ends of lists are taken off. */
  private static boolean isPartOf(JsonNode part, JsonNode whole) {
    if (part instanceof ObjectNode object) {
      return object
          .propertyStream()
          .allMatch(field -> isPartOf(field.getValue(), whole.path(field.getKey())));
    }
    if (part instanceof ArrayNode list) {
      return whole.size() >= list.size()
          && Stream.iterate(0, i -> i + 1)
              .limit(list.size())
              .allMatch(i -> isPartOf(list.get(i), whole.path(i)));
    }
    return part.isNull() || part.equals(whole);
  }
}
