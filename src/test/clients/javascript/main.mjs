// Sends messages to itself, and prints each event of its connection.
import { readFileSync } from "node:fs";
import { connect, tokenAuthenticator } from "@nats-io/transport-node";

const subject = process.argv[2];
const connection = await connect({
  servers: process.env.NATS_URL,
  // The function is called for each login.
  authenticator: tokenAuthenticator(() => readFileSync(process.env.NATS_TOKEN_FILE, "utf8")),
  maxReconnectAttempts: -1,
});
console.log("connected");
connection.closed().then((error) => console.log("closed", error));

const names = { disconnect: "disconnected", reconnect: "connected" };
(async () => {
  for await (const status of connection.status()) {
    console.log(names[status.type] ?? status.type, status.error?.message ?? "");
  }
})();

connection.subscribe(subject, { callback: (error) => console.log(error ?? "message") });
setInterval(() => {
  if (!connection.isClosed()) {
    connection.publish(subject);
  }
}, 200);
