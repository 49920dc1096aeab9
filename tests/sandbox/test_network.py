"""What scripts may reach: how an allowance reads, which addresses nobody reaches, and what a script sees of it."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.errors import BottegaError
from bottega.sandbox.host import addresses
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.network import NO_NETWORK, Door, Network
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.task import Outcome, Task
from tests.sandbox.sites import Serve


class TestAllowance:
    def test_entries_are_sorted_and_told_once(self) -> None:
        network = Network.of(["B.example:443", "a.example.:80", "b.example:443"])
        assert network.allowed == ("a.example:80", "b.example:443")
        assert network
        assert not Network.of([])
        assert Network.of([]) == NO_NETWORK

    def test_a_host_has_one_address_whatever_its_ports(self) -> None:
        doors = Network.of(["b.example:80", "a.example:1", "b.example:443"]).doors
        assert [(door.name, door.inside, door.mapped) for door in doors] == [
            ("a.example:1", "127.77.0.1", None),
            ("b.example:443", "127.77.0.2", None),
            ("b.example:80", "127.77.0.2", None),
        ]
        assert Network.of(["b.example:80", "a.example:1"]).ports == (1, 80)

    def test_names_are_found_in_a_file(self) -> None:
        hosts = Network.of(["b.example:80", "b.example:443", "a.example:1"]).hosts_file.decode().splitlines()
        assert hosts == ["127.77.0.1 a.example", "127.77.0.2 b.example", "127.0.0.1 localhost bottega"]

    def test_only_addresses_of_what_is_allowed_count(self) -> None:
        """A faulty entry that another experiment has does no harm here."""
        network = Network.of(
            ["a.example:80", "b.example:80"],
            {"A.example.:80": "10.0.0.1:81", "b.example:443": "10.0.0.2:1", "no door": "nothing"},
        )
        assert network.addresses == (("a.example:80", "10.0.0.1:81"),)
        assert [door.mapped for door in network.doors] == [("10.0.0.1", 81), None]

    def test_an_address_may_be_of_ipv6(self) -> None:
        (door,) = Network.of(["a.example:80"], {"a.example:80": "[fd00::1]:8080"}).doors
        assert door.mapped == ("fd00::1", 8080)

    @pytest.mark.parametrize(
        "entry",
        [
            "", "a.example", ":80", "a.example:", "a.example:0", "a.example:65536", "a.example:http", "a.example:80:90",
            "*:80", "*.blob.core.windows.net:80", "a_*:80", "a b:80", "a\n127.0.0.1 b:80", "a.example:80\n", "-a:80", "a-.b:80",
            "a..b:80", f"{'a' * 64}:80", f"{'a.' * 127}b:80", "127.0.0.1:80", "2130706433:80", "0x7f000001:80", "127.1:80",
            "0177.0.0.1:80", "[::1]:80", "::1:80", "http://a.example:80", "user@a.example:80", "a.example/b:80", "é.example:80",
            "a.example:\u0668\u0660", None, 80, ("a.example", 80),
        ],
        ids=lambda entry: ascii(entry)[:40],
    )  # fmt: skip
    def test_what_is_no_name_and_port_is_refused(self, entry: object) -> None:
        with pytest.raises(BottegaError, match="exact name and a port") as caught:
            Network.of([entry])  # type: ignore[list-item]  # as from a settings file
        assert caught.value.code == "usage"

    @pytest.mark.parametrize(
        "address", ["", "host:80", "127.1:80", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:99999", "[::1]"]
    )
    def test_what_is_no_address_is_refused(self, address: str) -> None:
        with pytest.raises(BottegaError, match="no address:port"):
            Network.of(["a.example:80"], {"a.example:80": address})

    def test_there_are_at_most_32(self) -> None:
        assert len(Network.of([f"h{number}.example:80" for number in range(32)]).doors) == 32
        with pytest.raises(BottegaError, match="at most 32"):
            Network.of([f"h{number}.example:80" for number in range(33)])

    @given(st.text(max_size=60), st.integers(-5, 70_000))
    def test_whatever_is_allowed_is_one_line_of_a_file(self, host: str, port: int) -> None:
        """What comes through is a name that no resolver takes for an address, and cannot add lines."""
        try:
            network = Network.of([f"{host}:{port}"])
        except BottegaError:
            return
        (door,) = network.doors
        assert network.hosts_file.count(b"\n") == 2
        assert 1 <= door.port <= 65535
        with pytest.raises(OSError, match="illegal IP address"):
            socket.inet_aton(door.host)


class TestAddresses:
    @pytest.mark.parametrize(
        "address",
        [
            "127.0.0.1", "127.77.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254",
            "168.63.129.16", "224.0.0.1", "255.255.255.255", "198.18.0.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1",
            "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
            "2002:a9fe:a9fe::", "::7f00:1", "::ffff:168.63.129.16", "64:ff9b::a83f:8110",
            "192.0.0.192", "64:ff9b:1::a9fe:a9fe", "fec0::1", "::ffff:0:127.0.0.1",
        ],
    )  # fmt: skip
    def test_private_and_metadata_addresses(self, address: str) -> None:
        assert not addresses.is_public(address)

    @pytest.mark.parametrize(
        "address", ["8.8.8.8", "20.60.0.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]
    )
    def test_public_addresses(self, address: str) -> None:
        assert addresses.is_public(address)

    def test_the_machines_own(self) -> None:
        """That which its packets to elsewhere come from, where there is an elsewhere, and loopback's."""
        own = ["127.0.0.1"]
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))
            own.append(probe.getsockname()[0])
        assert [address for address in own if not addresses.is_own(address)] == []

    def test_others_are_not_its_own(self) -> None:
        assert not addresses.is_own("192.0.2.1")

    def test_a_machine_without_ipv6_has_none_of_its_addresses(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object) -> None:
            raise OSError(97, "Address family not supported by protocol")

        monkeypatch.setattr(socket, "socket", refuse)
        assert not addresses.is_own("2606:4700::1111")

    @given(st.ip_addresses(v=4))
    def test_an_address_in_the_clothes_of_another(self, address: ipaddress.IPv4Address) -> None:
        """What stands for an address of IPv4 is judged as that."""
        for prefix in ("::ffff:0:0", "64:ff9b::", "::ffff:0:0:0"):
            clothed = ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) + int(address))
            assert addresses.is_public(str(clothed)) <= addresses.is_public(str(address))


@pytest.fixture(scope="module")
def jails() -> Iterator[Pool]:
    with Pool(layer=Layer.NAMESPACES, spares=0) as pool:
        yield pool


def _run(pool: Pool, environment: Environment, body: str, network: Network) -> Outcome:
    source = "import socket, urllib.request\ndef azureml_main():\n" + "\n".join(
        f"    {line}" for line in body.splitlines()
    )
    return pool.run(Task(environment, "s.py", source.encode(), limits=Limits(wall_seconds=60), network=network))


def _printed(pool: Pool, environment: Environment, body: str, network: Network) -> str:
    outcome = _run(pool, environment, body, network)
    outcome.close()
    assert outcome.failure is None, outcome
    return outcome.log


class TestFromAScript:
    def test_a_site_is_reached_by_its_name(self, jails: Pool, environment: Environment, serve: Serve) -> None:
        def page(link: socket.socket) -> None:
            host = next(line for line in link.recv(4096).split(b"\r\n") if line.startswith(b"Host: "))
            link.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + host)

        network = Network.of(["a.example:80"], {"a.example:80": f"127.0.0.1:{serve(page).port}"})
        body = "print(urllib.request.urlopen('http://a.example/').read())"
        assert _printed(jails, environment, body, network) == "b'Host: a.example'\n"

    def test_tls_is_between_the_script_and_the_site(
        self, jails: Pool, environment: Environment, serve: Serve, tmp_path: Path
    ) -> None:
        certificate, files = _certificate(tmp_path, "a.example")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*files)

        def greet(link: socket.socket) -> None:
            with context.wrap_socket(link, server_side=True) as secure:
                secure.sendall(b"hello")

        network = Network.of(["a.example:443"], {"a.example:443": f"127.0.0.1:{serve(greet).port}"})
        body = (
            f"import ssl\ncontext = ssl.create_default_context(cadata={certificate!r})\n"
            "with socket.create_connection(('a.example', 443)) as link:\n"
            "    print(context.wrap_socket(link, server_hostname='a.example').recv(5))"
        )
        assert _printed(jails, environment, body, network) == "b'hello'\n"

    def test_those_that_the_machine_trusts_are_trusted(self, jails: Pool, environment: Environment) -> None:
        count = ssl.create_default_context().cert_store_stats()["x509_ca"]
        body = "import ssl\nprint(ssl.create_default_context().cert_store_stats()['x509_ca'])"
        assert _printed(jails, environment, body, Network.of(["a.example:443"])) == f"{count}\n"

    def test_what_was_not_reached_is_a_note(self, jails: Pool, environment: Environment) -> None:
        """The name of the second means this machine wherever it is asked for."""
        body = (
            "for name in ('localhost', 'gone.invalid'):\n    try:\n        socket.create_connection((name, 80)).recv(1)\n"
            "    except OSError as error:\n        print(type(error).__name__)"
        )
        outcome = _run(jails, environment, body, Network.of(["localhost:80", "gone.invalid:80"]))
        outcome.close()
        assert outcome.log == "ConnectionResetError\n" * 2
        first, second = [note for note in outcome.notes if "was not reached" in note]
        assert first.startswith("localhost:80 was not reached: its address ")
        assert "is private or a metadata address" in first
        assert second.startswith("gone.invalid:80 was not reached: its name is not known")

    def test_another_run_does_not_hear_of_it(self, jails: Pool, environment: Environment) -> None:
        network = Network.of(["localhost:80"])
        first = _run(jails, environment, "socket.create_connection(('localhost', 80)).recv(1)", network)
        first.close()
        assert [note for note in first.notes if "was not reached" in note]
        outcome = _run(jails, environment, "pass", network)
        outcome.close()
        assert not [note for note in outcome.notes if "was not reached" in note]

    def test_the_ordinary_jail_is_another_one(self, jails: Pool, environment: Environment) -> None:
        """Also where one pool has both."""
        body = "try:\n    print(socket.socket())\nexcept OSError as error:\n    print(type(error).__name__)"
        assert "laddr" in _printed(jails, environment, body, Network.of(["a.example:80"]))
        assert _printed(jails, environment, body, NO_NETWORK) == "PermissionError\n"

    @pytest.mark.parametrize("layer", [Layer.LANDLOCK, Layer.NONE], ids=str)
    def test_without_a_namespace_there_is_no_way_out(self, environment: Environment, layer: Layer) -> None:
        with Pool(layer=layer, spares=0) as pool, pytest.raises(BottegaError, match="network namespace") as caught:
            _run(pool, environment, "pass", Network.of(["a.example:80"]))
        assert caught.value.code == "sandbox-unavailable"

    def test_a_jail_whose_way_out_cannot_be_made_runs_nothing(
        self, environment: Environment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """32 doors, one of which the namespace refuses: an address that is not its own."""
        network = Network.of(["a.example:80"])
        door = Door("a.example", 80, "192.0.2.1")
        monkeypatch.setattr(Network, "doors", property(lambda _: (door,)))
        with Pool(layer=Layer.NAMESPACES, spares=0) as pool, pytest.raises(BottegaError) as caught:
            _run(pool, environment, "pass", network)
        assert caught.value.code == "sandbox-unavailable"
        assert "Cannot assign requested address" in str(caught.value)


def _certificate(folder: Path, name: str) -> tuple[str, tuple[Path, Path]]:
    """A certificate of its own making: as text, and with its key in files."""
    import datetime as dt

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(1).not_valid_before(start).not_valid_after(start.replace(year=2120))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    text = certificate.public_bytes(serialization.Encoding.PEM)
    plain = serialization.NoEncryption()
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(text)
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return text.decode(), files
