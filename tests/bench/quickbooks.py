"""A QuickBooks of any size in a process of its own, so that its time and memory are not the engine's."""

import datetime as dt
import random
import sys

import msgspec
import uvicorn

from service.sandbox import Knobs, Sandbox
from service.sandbox.generate import generate, generate_sales
from service.sandbox.server import tcp_app

AN_HOUR = dt.timedelta(hours=1)


def main() -> None:
    """Serve a generated company; print how to reach it as one line of JSON."""
    port, vendors, bills, customers, invoices = (int(each) for each in sys.argv[1:6])
    behind = [AN_HOUR]
    sandbox = Sandbox(
        lambda: dt.datetime.now(dt.UTC) - behind[0],
        random.Random(1),
        Knobs(webhook_timers=False),
        public_url=f"http://127.0.0.1:{port}",
    )
    access = sandbox.create_company()
    generate(sandbox.company(access.realm_id), vendors=vendors, bills=bills)
    if customers:
        generate_sales(sandbox.company(access.realm_id), customers=customers, invoices=invoices)
    behind[0] = dt.timedelta(0)
    access = sandbox.access(access.realm_id)
    sys.stdout.write(msgspec.json.encode(access).decode() + "\n")
    sys.stdout.flush()
    uvicorn.run(tcp_app(sandbox), host="127.0.0.1", port=port, log_level="critical", access_log=False)


if __name__ == "__main__":
    main()
