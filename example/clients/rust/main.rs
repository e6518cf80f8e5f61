// Prints the messages of a subject. Not tried by this project. Crates: async-nats, futures, tokio.
use futures::StreamExt;
use std::env::{args, var};

#[tokio::main]
async fn main() -> Result<(), async_nats::Error> {
    // The callback is called for each connect, so a reconnect uses the current token.
    let options = async_nats::ConnectOptions::with_auth_callback(|_nonce| async {
        let file = var("NATS_TOKEN_FILE").map_err(async_nats::AuthError::new)?;
        let token = tokio::fs::read_to_string(file).await.map_err(async_nats::AuthError::new)?;
        let mut auth = async_nats::Auth::new();
        auth.username = Some(var("NATS_USER").map_err(async_nats::AuthError::new)?);
        auth.password = Some(token.trim().to_string());
        Ok(auth)
    });
    let options = options.custom_inbox_prefix(var("NATS_INBOX_PREFIX")?);
    let client = options.connect(var("NATS_URL")?).await?;
    let mut messages = client.subscribe(args().nth(1).expect("a subject")).await?;
    while let Some(message) = messages.next().await {
        println!("{}", String::from_utf8_lossy(&message.payload));
    }
    Ok(())
}
