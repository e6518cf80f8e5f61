package org.natsoperator.admission.review;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What the API server asks (admission.k8s.io/v1, AdmissionRequest). Objects are raw trees, so that
 * fields which no model knows are kept; they must not be changed.
 *
 * @param operation CREATE, UPDATE, DELETE or CONNECT
 * @param namespace the request's: that of the object itself may still be empty
 * @param name empty where the API server has yet to make one
 * @param kind of the object
 * @param subresource empty for the object itself
 * @param dryRun whether nothing will come of it; side effects are forbidden then
 * @param user who asks
 * @param object as it would become; a missing node on DELETE
 * @param oldObject as it is; a missing node on CREATE
 */
public record AdmissionRequest(
    String uid,
    String operation,
    String namespace,
    String name,
    String kind,
    String subresource,
    boolean dryRun,
    String user,
    JsonNode object,
    JsonNode oldObject) {}
