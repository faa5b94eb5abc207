"""QuickBooks' hosts on this machine: an HTTPS proxy that ends TLS with a certificate of its own and hands the
connections on to the sandbox.

A client that goes through it (`HTTPS_PROXY`, `REQUESTS_CA_BUNDLE`) speaks with the addresses that are built
into it. Hosts that aren't QuickBooks' are refused, so nothing leaves the machine.
"""

import contextlib
import select
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOSTS = (
    "quickbooks.api.intuit.com",
    "sandbox-quickbooks.api.intuit.com",
    "oauth.platform.intuit.com",
    "developer.api.intuit.com",
    "developer.intuit.com",
    "appcenter.intuit.com",
    "sandbox-accounts.platform.intuit.com",
)
CHUNK = 65536


def issue_certificates(directory: Path) -> Path:
    """Write an authority and one certificate for all hosts; return the authority's file."""
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _name("Sandbox authority")
    names = [x509.DNSName(host) for host in HOSTS]
    root = (
        _builder(authority, authority, authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    leaf = (
        _builder(_name(HOSTS[0]), authority, key)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (directory / "authority.pem").write_bytes(root.public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (directory / "hosts.pem").write_bytes(private + leaf.public_bytes(pem))
    return directory / "authority.pem"


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
    )


class Proxy(ThreadingTCPServer):
    """Listens on an ephemeral port of 127.0.0.1; `refused` are the hosts that it was asked for in vain."""

    daemon_threads = True

    def __init__(self, target: tuple[str, int], certificate: Path) -> None:
        super().__init__(("127.0.0.1", 0), Tunnel)
        self.target = target
        self.refused: list[str] = []
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Tunnel(StreamRequestHandler):
    """One CONNECT: TLS on the client's side, plain HTTP on the sandbox's."""

    server: Proxy

    def handle(self) -> None:
        """Serve the tunnel until one side closes it."""
        words = self.rfile.readline().split()
        while self.rfile.readline().strip():
            pass
        host = words[1].decode().partition(":")[0] if len(words) == 3 else ""
        if words[:1] != [b"CONNECT"] or host not in HOSTS:
            self.server.refused.append(host)
            self.wfile.write(b"HTTP/1.1 403 Forbidden\r\n\r\n")
            return
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with contextlib.suppress(OSError):
            secured = self.server.tls.wrap_socket(self.connection, server_side=True)
            with secured, socket.create_connection(self.server.target) as upstream:
                for side in (secured, upstream):
                    side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                _relay(secured, upstream)


def _relay(client: ssl.SSLSocket, upstream: socket.socket) -> None:
    """Copy both ways until one side ends; what TLS has decrypted already is invisible to select."""
    while True:
        ready = [client] if client.pending() else select.select([client, upstream], [], [])[0]
        for source in ready:
            chunk = source.recv(CHUNK)
            if not chunk:
                return
            (upstream if source is client else client).sendall(chunk)
            _acknowledge(client)


def _acknowledge(client: ssl.SSLSocket) -> None:
    """Tell a client at once that its bytes have come; behind a proxy it waits for that before it goes on."""
    if hasattr(socket, "TCP_QUICKACK"):
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


@contextlib.contextmanager
def running_proxy(target: tuple[str, int], directory: Path) -> Iterator[tuple[Proxy, Path]]:
    """Run a proxy in front of a sandbox; answer it and the authority's file."""
    authority = issue_certificates(directory)
    with Proxy(target, directory / "hosts.pem") as proxy:
        thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield proxy, authority
        proxy.shutdown()
        thread.join()
