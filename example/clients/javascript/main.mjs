// Prints the messages of a subject.
import { readFileSync } from "node:fs";
import { connect, usernamePasswordAuthenticator } from "@nats-io/transport-node";

const env = process.env;
const connection = await connect({
  servers: env.NATS_URL,
  inboxPrefix: env.NATS_INBOX_PREFIX,
  // The functions are called for each connect, so a reconnect uses the current token.
  authenticator: usernamePasswordAuthenticator(
    () => env.NATS_USER,
    () => readFileSync(env.NATS_TOKEN_FILE, "utf8").trim(),
  ),
  // By default, the client gives up after some attempts, and after the second refused login.
  maxReconnectAttempts: -1,
  ignoreAuthErrorAbort: true,
});
for await (const message of connection.subscribe(process.argv[2])) {
  console.log(message.string());
}
