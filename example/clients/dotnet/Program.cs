// Prints the messages of a subject. Not tried by this project. Package: NATS.Net.
using NATS.Client.Core;

static string Variable(string name) => Environment.GetEnvironmentVariable(name)!;

await using var connection = new NatsConnection(new NatsOpts
{
    Url = Variable("NATS_URL"),
    InboxPrefix = Variable("NATS_INBOX_PREFIX"),
    AuthOpts = new NatsAuthOpts
    {
        // The callback is called for each connect, so a reconnect uses the current token.
        AuthCredCallback = async (_, cancellation) => NatsAuthCred.FromUserInfo(
            Variable("NATS_USER"),
            (await File.ReadAllTextAsync(Variable("NATS_TOKEN_FILE"), cancellation)).Trim()),
    },
    IgnoreAuthErrorAbort = true,
    MaxReconnectRetry = -1,
});
await foreach (var message in connection.SubscribeAsync<string>(args[0]))
{
    Console.WriteLine(message.Data);
}
