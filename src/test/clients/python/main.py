"""Sends messages to itself, and prints each event of its connection."""

import asyncio
import os
import sys
from pathlib import Path

import nats


def token():
    """Is called for each login."""
    return Path(os.environ["NATS_TOKEN_FILE"]).read_text()


def prints(event):
    async def callback(*details):
        print(event, *map(repr, details), flush=True)

    return callback


async def print_message(_):
    print("message", flush=True)


async def main():
    subject = sys.argv[1]
    client = await nats.connect(
        os.environ["NATS_URL"],
        token=token,
        max_reconnect_attempts=-1,
        disconnected_cb=prints("disconnected"),
        reconnected_cb=prints("connected"),
        closed_cb=prints("closed"),
        error_cb=prints("error"),
    )
    print("connected", flush=True)
    await client.subscribe(subject, cb=print_message)
    while True:
        try:
            await client.publish(subject, b"")
        except nats.errors.Error as error:
            print("error", repr(error), flush=True)
        await asyncio.sleep(0.2)


asyncio.run(main())
