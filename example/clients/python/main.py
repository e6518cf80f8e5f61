"""Prints the messages of a subject."""

import asyncio
import os
import sys
from pathlib import Path

import nats


def token():
    return Path(os.environ["NATS_TOKEN_FILE"]).read_text().strip()


async def print_message(message):
    print(message.data.decode(), flush=True)


async def listen():
    client = nats.NATS()
    closed = asyncio.Event()

    async def use_current_token(_=None):
        # nats-py has no callback for the password, but reads this option at each connect.
        client.options["password"] = token()

    async def end():
        closed.set()

    await client.connect(
        os.environ["NATS_URL"],
        user=os.environ["NATS_USER"],
        password=token(),
        inbox_prefix=os.environ["NATS_INBOX_PREFIX"],
        disconnected_cb=use_current_token,
        error_cb=use_current_token,
        closed_cb=end,
        max_reconnect_attempts=-1,
    )
    await client.subscribe(sys.argv[1], cb=print_message)
    await closed.wait()


async def main():
    # nats-py never reconnects if the server ends it because the token has changed.
    while True:
        try:
            await listen()
        except (nats.errors.Error, OSError) as error:
            print(error, file=sys.stderr)
        await asyncio.sleep(1)


asyncio.run(main())
