package org.natsoperator.cluster.features;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import org.natsoperator.config.ServerVersion;

/**
 * The parts of a server pod that features extend.
 *
 * @param servers selects all server pods of the cluster
 * @param metadata labels and annotations; those of the operator are added last
 * @param pod volumes, sidecars and fields of the pod
 * @param server the container that runs nats-server
 */
public record PodParts(
    ServerVersion version,
    LabelSelector servers,
    ObjectMetaBuilder metadata,
    PodSpecBuilder pod,
    ContainerBuilder server) {}
