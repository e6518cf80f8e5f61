/** Tests of the kubectl plugin with a real API server and a real nats-server. */
package org.natsoperator.plugin;
