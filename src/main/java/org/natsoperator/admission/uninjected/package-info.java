/**
 * Finds client pods that were created while no webhook was available, reports them, and evicts them
 * if that is enabled. Start with {@link
 * org.natsoperator.admission.uninjected.UninjectedPodDetector}.
 */
package org.natsoperator.admission.uninjected;
