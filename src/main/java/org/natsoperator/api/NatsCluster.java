package org.natsoperator.api;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
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

/** A NATS cluster: its servers, their pods and the authentication of clients. */
@JsonDeserialize(using = NatsCluster.Decoder.class)
@Group(NatsApi.GROUP)
@Version(NatsApi.VERSION)
@Singular("natscluster")
@Plural("natsclusters")
@ShortNames("nats")
@Categories(NatsApi.CATEGORY)
@JsonClassDescription("A NATS cluster: its servers, their pods and the authentication of clients.")
@ValidationRule(
    value = NatsCluster.IS_THERE + "self.metadata.name.size() <= " + NatsCluster.MAX_NAME_LENGTH,
    optionalOldSelf = true,
    message =
        "metadata.name must have at most "
            + NatsCluster.MAX_NAME_LENGTH
            + " characters, because names of pods and Secrets contain it; choose a shorter name")
@ValidationRule(
    value = NatsCluster.IS_THERE + "self.metadata.name.matches('" + NatsCluster.NAME + "')",
    optionalOldSelf = true,
    message =
        "metadata.name must start with a letter and contain only a-z, 0-9 and '-', because it"
            + " becomes the name of a Service; choose another name")
@ValidationRule(
    value =
        NatsCluster.IS_THERE
            + "!self.metadata.name.endsWith('-mgmt') &&"
            + " !self.metadata.name.endsWith('-bound-token')",
    optionalOldSelf = true,
    message =
        "metadata.name must not end in '-mgmt' or '-bound-token', because objects of other clusters"
            + " may have such names; choose another name")
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(
    name = "Reason",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "Servers", jsonPath = ".status.servers")
@AdditionalPrinterColumn(name = "Roles", jsonPath = ".status.roles")
@AdditionalPrinterColumn(name = "Version", jsonPath = ".status.currentVersion")
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
    name = "Message",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].message",
    priority = 1)
public class NatsCluster extends CustomResource<NatsClusterSpec, NatsClusterStatus>
    implements Namespaced, LenientlyRead {

  /** A name cannot change, so an existing cluster with an invalid one must stay editable. */
  static final String IS_THERE = "oldSelf.hasValue() || ";

  /** Characters of a name: it is the name of a Service (RFC 1035). */
  public static final String NAME = "^[a-z]([-a-z0-9]*[a-z0-9])?$";

  public static final int MAX_NAME_LENGTH = 45;

  private static final long serialVersionUID = 1L;

  private static final String LOGINS = "spec.auth.enableServiceAccounts";
  private static final String NAMESPACES = "spec.auth.allowedNamespaces";
  private static final String TOKEN_MODE = "spec.auth.serviceAccountTokens";

  /** The fields that decide who may log in. */
  private static final List<String> ACCESS =
      List.of(LOGINS, TOKEN_MODE, NAMESPACES, "spec.auth.projected");

  private List<TypeMismatch> mismatches = List.of();

  /**
   * Reads a cluster. If it cannot read whether clients must log in, they must. If it cannot read
   * the kind of their tokens, it stays the one that the status records.
   */
  static final class Decoder
      extends LenientDecoder<NatsClusterSpec, NatsClusterStatus, NatsCluster> {

    Decoder() {
      super(NatsClusterSpec.class, NatsClusterStatus.class);
    }

    @Override
    protected NatsCluster resource(
        Parts<NatsClusterSpec, NatsClusterStatus> read, List<TypeMismatch> mismatches) {
      NatsCluster cluster = new NatsCluster();
      cluster.setMetadata(PrunedMetadata.prune(read.metadata()));
      cluster.setSpec(read.spec());
      cluster.setStatus(read.status());
      cluster.mismatches = mismatches;
      return cluster;
    }

    @Override
    protected void protect(ObjectNode tree, TypeMismatch mismatch) {
      if (mismatch.covers(LOGINS)) {
        tree.withObject("/spec/auth").put("enableServiceAccounts", true);
      }
      String mode = tree.at("/status/serviceAccountTokens").asText();
      if (mismatch.covers(TOKEN_MODE) && AuthPolicy.PROJECTED.equals(mode)) {
        tree.withObject("/spec/auth").put("serviceAccountTokens", mode);
      }
    }
  }

  @Override
  protected NatsClusterSpec initSpec() {
    return NatsClusterSpec.EMPTY;
  }

  /** An older CRD may permit a null spec. */
  @Override
  public void setSpec(NatsClusterSpec newSpec) {
    super.setSpec(newSpec == null ? NatsClusterSpec.EMPTY : newSpec);
  }

  @Override
  public List<TypeMismatch> mismatches() {
    return mismatches;
  }

  /** Whether the operator cannot read if clients must log in. */
  public boolean hidesLogins() {
    return mismatches.stream().anyMatch(mismatch -> mismatch.covers(LOGINS));
  }

  /** Whether the operator cannot read who may log in; then no role gains rights. */
  public boolean hidesAccess() {
    return mismatches.stream().anyMatch(mismatch -> ACCESS.stream().anyMatch(mismatch::concerns));
  }

  /** Whether the operator cannot read which other namespaces the cluster admits. */
  public boolean hidesNamespaces() {
    return mismatches.stream().anyMatch(mismatch -> mismatch.concerns(NAMESPACES));
  }

  /** The latest request for new tokens of all roles; empty without the annotation. */
  public Optional<String> reissue() {
    return annotation(NatsApi.REISSUE_ANNOTATION);
  }

  /** The latest request to restart all servers; empty without the annotation. */
  public Optional<String> restart() {
    return annotation(NatsApi.RESTART_ANNOTATION);
  }

  /** The latest request for new keys of the auth callout; empty without the annotation. */
  public Optional<String> renewKeys() {
    return annotation(NatsApi.RENEW_KEYS_ANNOTATION);
  }

  /** The request for new keys that is not fulfilled yet. A paused cluster keeps its keys. */
  public Optional<String> pendingKeyRenewal() {
    Optional<String> fulfilled =
        Optional.ofNullable(getStatus()).map(NatsClusterStatus::renewedKeys);
    return renewKeys()
        .filter(request -> !getSpec().isPaused() && getMetadata().getDeletionTimestamp() == null)
        .filter(request -> fulfilled.filter(request::equals).isEmpty());
  }

  /** Whether a change back to tokens of Secrets does not wait for pods with projected tokens. */
  public boolean forcesTokenSwitch() {
    return annotation(NatsApi.FORCE_SWITCH_ANNOTATION).isPresent();
  }

  /** The annotations that request something from the operator. */
  public List<Object> requests() {
    return List.of(reissue(), restart(), renewKeys(), forcesTokenSwitch());
  }

  /** Whether servers ask the operator about logins, or did so before a change of the spec. */
  public boolean mayAskOperator() {
    return getSpec().auth().usesProjectedTokens()
        || getStatus() != null && getStatus().calloutKeys() != null;
  }

  /** Whether the status records these keys of the auth callout, or none yet. */
  public boolean recordsCalloutKeys(CalloutKeys keys) {
    return Optional.ofNullable(getStatus())
        .map(NatsClusterStatus::calloutKeys)
        .filter(recorded -> !recorded.equals(keys))
        .isEmpty();
  }

  private Optional<String> annotation(String name) {
    return Optional.ofNullable(getMetadata().getAnnotations())
        .map(annotations -> annotations.get(name));
  }

  /**
   * Whether new client pods get tokens of the kubelet. While a cluster switches, some of its
   * servers accept only those of Secrets; all of them accept these.
   */
  public boolean injectsProjectedTokens() {
    return getSpec().auth().usesProjectedTokens()
        && (getStatus() == null || AuthPolicy.PROJECTED.equals(getStatus().serviceAccountTokens()));
  }

  @Override
  public NatsCluster copy() {
    NatsCluster copy = new NatsCluster();
    copy.setMetadata(new ObjectMetaBuilder(getMetadata()).build());
    copy.setSpec(getSpec());
    copy.setStatus(getStatus());
    copy.mismatches = mismatches;
    return copy;
  }
}
