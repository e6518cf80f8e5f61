package org.natsoperator.operator;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ExceptionHandler;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.InputStream;

/**
 * Reports a response that is not valid JSON as an error that is retried. JOSDK stops an informer
 * forever after an exception of Jackson, whose message may also quote a Secret
 * (InformerWrapper.start in JOSDK 5.3.2, AbstractWatchManager.onMessage in fabric8 7.9.0).
 */
final class RetryableSerialization extends KubernetesSerialization {

  RetryableSerialization(ObjectMapper mapper) {
    super(mapper, false);
  }

  @Override
  public <T> T unmarshal(InputStream json, TypeReference<T> type) {
    try {
      return super.unmarshal(json, type);
    } catch (KubernetesClientException e) {
      if (ExceptionHandler.isDeserializationException(e)) {
        throw new KubernetesClientException("the response of the API server is not valid JSON");
      }
      throw e;
    }
  }
}
