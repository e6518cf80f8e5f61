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

/** Properties of every pod, also of pods that are already injected in part or by hand. */
class AnyPodTest {

  @Property(shrinking = ShrinkingMode.OFF)
  void secondInjectionChangesNothing(@ForAll("seeds") long seed, @ForAll TokenMode mode) {
    ObjectNode pod = new RandomPods(seed).pod();

    ObjectNode injected = injected(pod, mode);

    assertThat(patch(injected, mode)).isEmpty();
  }

  /** Fields that the injector does not read make no difference. */
  @Property(shrinking = ShrinkingMode.OFF)
  void readsAllFieldsThatItUses(@ForAll("seeds") long seed) {
    ObjectNode pod = new RandomPods(seed).pod();
    PodInjector injector = new PodInjector(FakeClusterLookup.walkthrough());

    assertThat(injector.handle(Pods.createdAndRead(pod)))
        .isEqualTo(injector.handle(Pods.created(pod)));
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void keepsExistingFieldsInTheirOrder(@ForAll("seeds") long seed, @ForAll TokenMode mode) {
    ObjectNode pod = new RandomPods(seed).pod();
    ObjectNode untouched = pod.deepCopy();

    ObjectNode injected = injected(pod, mode);

    assertThat(pod).isEqualTo(untouched);
    assertThat(isPartOf(pod, injected)).as("%s in %s", pod, injected).isTrue();
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void keepsNamesAndPathsUnique(@ForAll("seeds") long seed, @ForAll TokenMode mode) {
    ObjectNode injected = injected(new RandomPods(seed).pod(), mode);

    assertThat(names(injected.at("/spec/volumes"), "name")).doesNotHaveDuplicates();
    for (JsonNode container : containers(injected)) {
      assertThat(names(container.path("volumeMounts"), "mountPath")).doesNotHaveDuplicates();
      assertThat(names(container.path("env"), "name")).doesNotHaveDuplicates();
      assertThat(names(injected.at("/spec/volumes"), "name"))
          .containsAll(names(container.path("volumeMounts"), "name"));
    }
  }

  /** Every container sees a token of every cluster, except where a warning names an obstacle. */
  @Property(shrinking = ShrinkingMode.OFF)
  void givesEveryContainerItsTokens(@ForAll("seeds") long seed, @ForAll boolean bound) {
    TokenMode mode = bound ? TokenMode.BOUND_SECRET : TokenMode.PROJECTED;
    ObjectNode pod = new RandomPods(seed).pod();
    InjectionOptions options = options(pod);
    List<ResolvedCluster> clusters =
        options.clusters().stream().map(reference -> Pods.cluster(reference, mode)).toList();
    AdmissionWarnings warnings = new AdmissionWarnings();
    ObjectNode injected =
        Pods.patched(pod, PodPatch.ofNew(new PodView(pod), options, clusters, warnings));

    for (ResolvedCluster cluster : clusters) {
      List<TokenVolume> volumes = TokenVolume.in(injected.at("/spec/volumes"), cluster);
      for (ContainerView container :
          new PodView(injected)
              .containers().stream().filter(options.containers()::takes).toList()) {
        String uninjected =
            "container %s gets no token: volume .* conflicts with %s[;…].*"
                .formatted(container.name(), options.folder(cluster));
        boolean warned = warnings.all().stream().anyMatch(text -> text.matches(uninjected));
        assertThat(new ContainerPatch(container).tokenFile(volumes).isPresent())
            .as(uninjected)
            .isNotEqualTo(warned);
      }
    }
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void doesNotChangeSkippedContainers(@ForAll("seeds") long seed, @ForAll TokenMode mode) {
    ObjectNode pod = new RandomPods(seed).pod();
    ContainerSelection selection = options(pod).containers();

    List<ContainerView> after = new PodView(injected(pod, mode)).containers();

    assertThat(after.stream().filter(container -> !selection.takes(container)))
        .containsExactlyElementsOf(
            new PodView(pod)
                .containers().stream().filter(container -> !selection.takes(container)).toList());
  }

  /** Checks the generator: the random pods use each option. */
  @Example
  void randomPodsUseEveryOption() {
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

  /** Other webhooks may rename the volume and reorder lists. */
  @Property(shrinking = ShrinkingMode.OFF)
  void recognizesRenamedAndReorderedInjection(@ForAll("seeds") long seed, @ForAll TokenMode mode) {
    RandomPods random = new RandomPods(seed);
    ObjectNode injected = injected(random.pod(), mode);

    random.renameVolumes(injected);
    random.shuffle(injected);

    assertThat(patch(injected, mode)).isEmpty();
  }

  /** If half of the injected parts are removed, the injector adds only the missing parts. */
  @Property(shrinking = ShrinkingMode.OFF)
  void completesPartialInjection(@ForAll("seeds") long seed, @ForAll TokenMode mode) {
    RandomPods random = new RandomPods(seed);
    ObjectNode injected = injected(random.pod(), mode);
    random.removeSome(injected);

    ObjectNode again = injected(injected, mode);

    assertThat(patch(again, mode)).isEmpty();
    assertThat(isPartOf(injected, again)).isTrue();
    assertThat(names(again.at("/spec/volumes"), "name")).doesNotHaveDuplicates();
  }

  @Provide
  Arbitrary<Long> seeds() {
    return Arbitraries.longs();
  }

  private static ObjectNode injected(ObjectNode pod, TokenMode mode) {
    return Pods.patched(pod, patch(pod, mode));
  }

  private static List<JsonNode> patch(ObjectNode pod, TokenMode mode) {
    InjectionOptions options = options(pod);
    return PodPatch.ofNew(
        new PodView(pod), options, Pods.clusters(options, mode), new AdmissionWarnings());
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

  /** Returns true if the part equals the whole without some fields and ends of lists. */
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
