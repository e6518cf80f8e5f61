package org.natsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountList;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BoundedMetadataTest {

  private static final int MANY = 20_000;

  private final KubernetesSerialization kubernetes =
      new KubernetesSerialization(KubernetesConfiguration.mapper(), false);

  @Test
  void readsUsualMetadata() {
    String metadata =
        """
        {"annotations":{"a":"b"},"finalizers":["example.com/a","example.com/b"],"labels":{"app":"nats","c":"d"},\
        "managedFields":[{"fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:app":{}}}},\
        "manager":"m","operation":"Apply"}],"name":"n"}\
        """;
    ServiceAccount account = read(metadata);

    assertThat(kubernetes.asJson(account.getMetadata())).isEqualTo(metadata);
  }

  @Test
  void labelsAndAnnotationsAreLimitedToThoseOfTheOperatorAndSomeOthers() {
    String entries =
        IntStream.range(0, MANY).mapToObj("\"a%d\": \"\""::formatted).collect(joined())
            + ", \"app\": \"nats\", \"nats_cluster\": \"c\", \"nats.io/reissue\": \"1\", \"b\":"
            + " \"\"";
    ServiceAccount account =
        read("{\"labels\": {%s}, \"annotations\": {%s}}".formatted(entries, entries));

    for (Map<String, String> read :
        List.of(account.getMetadata().getLabels(), account.getMetadata().getAnnotations())) {
      assertThat(read)
          .hasSize(BoundedMetadata.MOST_ENTRIES + 3)
          .containsEntry("a0", "")
          .containsEntry("app", "nats")
          .containsEntry("nats_cluster", "c")
          .containsEntry("nats.io/reissue", "1")
          .doesNotContainKey("b");
    }
  }

  @Test
  void labelsWithThePrefixOfTheOperatorAreLimited() {
    String labels =
        IntStream.range(0, MANY).mapToObj("\"nats.io/a%d\": \"\""::formatted).collect(joined());

    assertThat(read("{\"labels\": {%s}}".formatted(labels)).getMetadata().getLabels())
        .hasSize(2 * BoundedMetadata.MOST_ENTRIES);
  }

  @Test
  void finalizersAreLimited() {
    String finalizers = IntStream.range(0, MANY).mapToObj("\"a/b%d\""::formatted).collect(joined());

    assertThat(read("{\"finalizers\": [%s]}".formatted(finalizers)).getMetadata().getFinalizers())
        .hasSize(BoundedMetadata.MOST_ENTRIES);
  }

  @Test
  void managedFieldsOfEachObjectAreLimited() {
    String fields =
        IntStream.range(0, 3_000).mapToObj("\"f:a%d\": {\".\": {}}"::formatted).collect(joined());
    String entry = "{\"manager\": \"m\", \"fieldsV1\": {\"f:metadata\": {%s}}}".formatted(fields);
    String object = "{\"metadata\": {\"managedFields\": [%s, %s]}}".formatted(entry, entry);
    ServiceAccountList list =
        kubernetes.unmarshal(
            "{\"apiVersion\": \"v1\", \"kind\": \"ServiceAccountList\", \"items\": [%s, %s]}"
                .formatted(object, object),
            ServiceAccountList.class);

    assertThat(list.getItems())
        .hasSize(2)
        .allSatisfy(
            account ->
                assertThat(
                        account.getMetadata().getManagedFields().stream()
                            .map(ManagedFieldsEntry::getFieldsV1)
                            .mapToInt(read -> count(read.getAdditionalProperties()))
                            .sum())
                    .isEqualTo(BoundedMetadata.MOST_MANAGED_FIELDS));
  }

  @Test
  void fieldsOfOtherManagersLeaveRoomForThoseOfTheOperator() {
    String fields = IntStream.range(0, MANY).mapToObj("\"f:a%d\": {}"::formatted).collect(joined());
    String entry = "{\"manager\": \"%s\", \"fieldsV1\": {%s}}";
    ServiceAccount account =
        read(
            "{\"managedFields\": [%s, %s]}"
                .formatted(entry.formatted("m", fields), entry.formatted("nats-operator", fields)));

    assertThat(account.getMetadata().getManagedFields())
        .extracting(read -> read.getFieldsV1().getAdditionalProperties().size())
        .containsExactly(BoundedMetadata.MOST_MANAGED_FIELDS, BoundedMetadata.MOST_MANAGED_FIELDS);
  }

  /** The number of fields in a tree. */
  private static int count(Map<?, ?> fields) {
    return fields.size()
        + fields.values().stream().mapToInt(value -> count((Map<?, ?>) value)).sum();
  }

  private static Collector<CharSequence, ?, String> joined() {
    return Collectors.joining(", ");
  }

  private ServiceAccount read(String metadata) {
    return kubernetes.unmarshal(
        "{\"apiVersion\": \"v1\", \"kind\": \"ServiceAccount\", \"metadata\": %s}"
            .formatted(metadata),
        ServiceAccount.class);
  }
}
