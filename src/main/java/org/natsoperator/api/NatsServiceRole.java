package org.natsoperator.api;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import java.util.Optional;
import org.natsoperator.decoding.LenientDecoder;
import org.natsoperator.decoding.LenientlyRead;
import org.natsoperator.decoding.TypeMismatch;

/**
 * The permissions of the ServiceAccount with the same name and namespace on a cluster. The label
 * {@value NatsApi#CLUSTER_LABEL} names the cluster.
 */
@JsonDeserialize(using = NatsServiceRole.Decoder.class)
@Group(NatsApi.GROUP)
@Version(NatsApi.VERSION)
@Singular("natsservicerole")
@Plural("natsserviceroles")
@ShortNames("nsr")
@Categories(NatsApi.CATEGORY)
@JsonClassDescription(
    "The permissions of the ServiceAccount with the same name and namespace on a NATS cluster. The"
        + " label nats_cluster names the cluster.")
@AdditionalPrinterColumn(name = "Cluster", jsonPath = ".metadata.labels.nats_cluster")
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(
    name = "Reason",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "In-Force", jsonPath = ".status.inForce")
@AdditionalPrinterColumn(name = "User", jsonPath = ".status.user")
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(name = "Secret", jsonPath = ".status.tokenSecret", priority = 1)
@AdditionalPrinterColumn(
    name = "Message",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].message",
    priority = 1)
public class NatsServiceRole extends CustomResource<NatsServiceRoleSpec, NatsServiceRoleStatus>
    implements Namespaced, LenientlyRead {

  private static final long serialVersionUID = 1L;

  private List<TypeMismatch> mismatches = List.of();

  /** Reads a role. */
  static final class Decoder
      extends LenientDecoder<NatsServiceRoleSpec, NatsServiceRoleStatus, NatsServiceRole> {

    Decoder() {
      super(NatsServiceRoleSpec.class, NatsServiceRoleStatus.class);
    }

    @Override
    protected NatsServiceRole resource(
        Parts<NatsServiceRoleSpec, NatsServiceRoleStatus> read, List<TypeMismatch> mismatches) {
      NatsServiceRole role = new NatsServiceRole();
      role.setMetadata(PrunedMetadata.prune(read.metadata()));
      role.setSpec(read.spec());
      role.setStatus(read.status());
      role.mismatches = mismatches;
      return role;
    }
  }

  @Override
  protected NatsServiceRoleSpec initSpec() {
    return NatsServiceRoleSpec.EMPTY;
  }

  /** An older CRD may permit a null spec. */
  @Override
  public void setSpec(NatsServiceRoleSpec newSpec) {
    super.setSpec(newSpec == null ? NatsServiceRoleSpec.EMPTY : newSpec);
  }

  @Override
  public List<TypeMismatch> mismatches() {
    return mismatches;
  }

  @Override
  public NatsServiceRole copy() {
    NatsServiceRole copy = new NatsServiceRole();
    copy.setMetadata(new ObjectMetaBuilder(getMetadata()).build());
    copy.setSpec(getSpec());
    copy.setStatus(getStatus());
    copy.mismatches = mismatches;
    return copy;
  }

  /** Name of the cluster that this role is for; empty without the label. */
  public Optional<String> clusterName() {
    return Optional.ofNullable(getMetadata().getLabels())
        .map(labels -> labels.get(NatsApi.CLUSTER_LABEL));
  }

  /** Namespace of the cluster that this role is for; empty without the annotation. */
  public Optional<String> clusterNamespace() {
    return annotation(NatsApi.CLUSTER_NAMESPACE_ANNOTATION);
  }

  /** The latest request for a new token; empty without the annotation. */
  public Optional<String> reissue() {
    return annotation(NatsApi.REISSUE_ANNOTATION);
  }

  private Optional<String> annotation(String name) {
    return Optional.ofNullable(getMetadata().getAnnotations())
        .map(annotations -> annotations.get(name));
  }
}
