"""A job with an allowance reaches what it may, and nothing else; the host that hands on its bytes is no way out either."""

from __future__ import annotations

import contextlib
import socket
import threading

import pyseccomp

from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.network import Network
from tests.attack.ears import Ears
from tests.attack.hostile import Jail, calling, main
from tests.attack.test_kernel import _PROBES as _DOORS
from tests.attack.test_kernel import _names_allowed
from tests.attack.test_network import _FAMILIES, _REACHING
from tests.sandbox.sites import Serve, Site


def _own_addresses() -> list[str]:
    """Those of the host that its packets to elsewhere come from."""
    found = []
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        found.append(str(probe.getsockname()[0]))
    return found


def _connect(address: str) -> str:
    return f"""
        link = socket.socket()
        link.settimeout(3)
        link.connect({address})
        return link.getpeername()
    """


def _sent(flags: int, call: str) -> str:
    """Connects by sending: a way past what watches `connect`."""
    return f"""
        link = socket.socket()
        return link.{call.format(flags=flags)}
    """


def _set(level: int, option: int, value: str = "1") -> str:
    return f"socket.socket().setsockopt({level}, {option}, {value}) or 'set'"


_AWAY = {
    "a public address": _connect('("1.1.1.1", 80)'),
    "metadata": _connect('("169.254.169.254", 80)'),
    "metadata of Azure": _connect('("168.63.129.16", 80)'),
    "a private address": _connect('("10.0.0.1", 80)'),
    "another port of an allowed name": _connect('("a.example", 8081)'),
    "the port of another name": _connect('("a.example", 8080)'),
    "a port of the host by an allowed name": _connect('("a.example", PORTS["tcp4"])'),
    "a port of the host by loopback": _connect('("127.0.0.1", PORTS["tcp4"])'),
    "a port of the host by no address": _connect('("0.0.0.0", PORTS["tcp4"])'),
    "where an allowed name leads": _connect('("127.0.0.1", ECHO)'),
    "an allowed port of loopback": _connect('("127.0.0.1", 80)'),
    "an address that no name has": _connect('("127.77.0.9", 80)'),
    "a name that is not allowed": 'socket.getaddrinfo("example.com", 80)',
    "a name below one that is": 'socket.getaddrinfo("x.a.example", 80)',
    "a name server": """
        link = socket.create_connection(("8.8.8.8", 53), 3)
        return "connected"
    """,
    "datagrams": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "datagrams by a long number": "call(41, 2, 0x100000002, 0)",
    "datagrams of another protocol": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM, 136)",
    "pings": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM, 1)",
    "sctp": "socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132)",
    "sctp of packets": "socket.socket(socket.AF_INET, socket.SOCK_SEQPACKET, 132)",
    "multipath": "socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)",
    "version 6": "socket.socket(socket.AF_INET6, socket.SOCK_STREAM)",
    "a local socket": "socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)",
    "a shared memory socket": "socket.socket(43, socket.SOCK_STREAM, 0)",
    "bind": 'socket.socket().bind(("127.77.0.1", 0)) or "bound"',
    "bind anywhere": 'socket.socket().bind(("", 0)) or "bound"',
    "listen": "socket.socket().listen() or 'listens'",
    "accept": "call(43, socket.socket().fileno(), 0, 0)",
    "accept4": "call(288, socket.socket().fileno(), 0, 0, 0)",
    "fast open": _sent(0x20000000, 'sendto(b"x", {flags}, ("127.77.0.1", 80))'),
    "fast open of a message": _sent(0x20000000, 'sendmsg([b"x"], [], {flags}, ("127.77.0.1", 80))'),
    "fast open of many": "call(307, socket.socket().fileno(), ctypes.create_string_buffer(64), 1, 0x20000000)",
    "lent pages": """
        link = socket.create_connection(("a.example", 80), 5)
        return link.send(b"x", 0x04000000)
    """,
    "fast open by an option": _set(6, 30),
    "a protocol on top": _set(6, 31, 'b"tls"'),
    "repair": _set(6, 19),
    "congestion": _set(6, 13, 'b"reno"'),
    "signatures": _set(6, 14, "b'\\0' * 216"),
    "a filter": _set(1, 26, 'struct.pack("HL", 1, 0)'),
    "a program": _set(1, 50),
    "a device": _set(1, 25, 'b"lo"'),
    "a mark": _set(1, 36),
    "buffers without limit": _set(1, 33),
    "shared ports": _set(1, 15),
    "pages lent": _set(1, 60),
    "transparent": _set(0, 19),
    "routes in packets": _set(0, 4, "b'\\x89\\x07\\x04\\x0a\\0\\0\\x01\\0'"),
    "a multicast group": _set(0, 35, "b'\\xe0\\0\\0\\x01' + b'\\0' * 4"),
    "packet filters": _set(0, 64, "b'\\0' * 84"),
    "an option by a long number": "call(54, socket.socket().fileno(), 1, 0x10000001a, b'\\0' * 16, 16)",
    "interfaces": "fcntl.ioctl(socket.socket(), 0x8912, b'\\0' * 16)",
    "an interface's address": "fcntl.ioctl(socket.socket(), 0x8916, b'lo' + b'\\0' * 38)",
    "an interface goes down": "fcntl.ioctl(socket.socket(), 0x8914, b'lo' + b'\\0' * 38)",
    "who listens": 'open("/proc/net/tcp").read()',
    "ports of the namespace": 'open("/proc/sys/net/ipv4/ip_local_port_range").read()',
    "other names": 'open("/etc/hosts", "a").write("1.1.1.1 b.example")',
    "other name services": 'os.replace("/etc/nsswitch.conf", "/job/x")',
    "an inner namespace": "call(272, 0x40000000 | 0x10000000)",
}


def test_nothing_else_is_reached(reaching: Jail, ears: Ears, echo: Site) -> None:
    """By no address, name, protocol, option or trick."""
    sources = _AWAY | {
        f"the host by its own address {number}": _connect(f'("{address}", PORTS["tcp4"])')
        for number, address in enumerate(_own_addresses())
    }
    answers = reaching.answers(sources, f"{ears.constants}\nECHO = {echo.port}\n")
    assert {name: answer for name, answer in answers.items() if not answer.startswith("blocked: ")} == {}
    assert ears.heard() == set()


def test_what_the_ordinary_jail_does_not_reach(reaching: Jail, ears: Ears) -> None:
    """The ordinary jail's attacks, all of them."""
    reached = reaching.answers(_REACHING, ears.constants)
    families = {name: source for name, source in _FAMILIES.items() if name != "a name server"}
    made = reaching.answers(families)
    shut = reaching.answers(_DOORS)
    found = {**reached, **made, **shut}
    assert {name: answer for name, answer in found.items() if not answer.startswith("blocked: ")} == {}
    assert ears.heard() == set()


def test_the_ordinary_jail_is_as_it_was(full: Jail, ears: Ears, reaching: Jail) -> None:
    """Beside one with an allowance, in the same pool: no sockets, no names, no addresses."""
    assert reaching.asked() == "b'fine'\n"
    sources = {
        "a socket": "socket.socket()",
        "an allowed name": 'socket.getaddrinfo("a.example", 80)',
        "its address": _connect('("127.77.0.1", 80)'),
        "a connection by number": "call(42, 0, 0, 0)",
        "names": 'open("/etc/hosts").read()',
        "certificates": 'os.listdir("/etc/ssl")',
    }
    answers = full.answers(sources, ears.constants)
    assert {name: answer for name, answer in answers.items() if not answer.startswith("blocked: ")} == {}


def test_every_other_call_is_denied(reaching: Jail) -> None:
    """By number: an allowance brings two calls, and no more."""
    numbers = {335, 336, 449, 452, 447}
    names = {*_names_allowed(Layer.NAMESPACES), "socket", "connect"}
    numbers |= {pyseccomp.resolve_syscall(pyseccomp.system_arch(), name) for name in names}
    others = sorted({*range(700), 1023, 5000} - numbers)
    assert reaching.log(main(calling(others))) == "done\n"


def test_clients_do_what_they_need(reaching: Jail) -> None:
    """What is shut above is not shut by accident: these are open."""
    sources = {
        "an allowed name": 'socket.create_connection(("a.example", 80), 5)',
        "its address": _connect('("127.77.0.1", 80)'),
        "by its protocol's name": "socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)",
        "no delay": _set(6, 1),
        "alive": _set(1, 9),
        "a time": _set(1, 20, 'struct.pack("ll", 1, 0)'),
        "an error": "socket.socket().getsockopt(1, 4)",
        "a copy": "socket.socket().dup()",
        "asynchronously": """
            import asyncio
            async def ask():
                reader, writer = await asyncio.open_connection("a.example", 80)
                writer.write(b"x")
                return await reader.read(1)
            return asyncio.run(ask())
        """,
        "own listeners": "len([1]) and socket.socketpair()[0]",
    }
    answers = reaching.answers(sources)
    assert {name: answer for name, answer in answers.items() if not answer.startswith("open: ")} == {}


def test_the_listeners_are_the_hosts_alone(reaching: Jail) -> None:
    """No job has one of them, nor the namespace, nor a way to take a descriptor from elsewhere."""
    log = reaching.log(main("""
        for number in range(3, 4096):
            try:
                link = os.readlink(f"/proc/self/fd/{number}")
            except OSError:
                continue
            if link.startswith("net:"):
                print("namespace", number)
            if link.startswith("socket:"):
                one = socket.socket(fileno=os.dup(number))
                if one.family != socket.AF_UNIX or one.getsockopt(1, 30):
                    print("listener", number, one)
        print(sorted(filter(str.isdigit, os.listdir("/proc"))))
    """))  # fmt: skip
    assert log == "['1']\n"


def test_jobs_do_not_meet(reaching: Jail) -> None:
    """Two of the same zygote are in one network; neither can listen, and a connection has two ends already."""
    told: list[str] = []
    first_is_there = threading.Event()

    def printed(text: str) -> None:
        told.append(text)
        first_is_there.set()

    source = main("""
        link = socket.create_connection(("a.example", 80), 10)
        print(link.getsockname()[1], flush=True)
        for _ in range(400):
            time.sleep(0.01)
            link.sendall(b"x")
            if link.recv(1) != b"x":
                print("touched")
    """)
    thread = threading.Thread(target=lambda: reaching.run(source, printed=printed).close())
    thread.start()
    try:
        assert first_is_there.wait(20)
        port = int(told[0])
        sources = {
            "its end": _connect(f'("127.77.0.1", {port})'),
            "its end by loopback": _connect(f'("127.0.0.1", {port})'),
        }
        answers = reaching.answers(sources)
    finally:
        thread.join()
    assert all(answer.startswith("blocked: ") for answer in answers.values()), answers
    assert "touched" not in "".join(told)


def test_another_allowance_is_another_network(reaching: Jail, start: Serve) -> None:
    """The same address means there what is allowed there."""
    third = start(lambda link: link.sendall(b"third"))
    other = Jail(
        reaching.pool, reaching.environment, reaching.layer,
        network=Network.of(["z.example:80"], {"z.example:80": f"127.0.0.1:{third.port}"}),
    )  # fmt: skip
    log = other.log(main("""
        print(socket.create_connection(("127.77.0.1", 80), 10).recv(5))
        try:
            socket.create_connection(("127.77.0.2", 8080), 10)
        except OSError as error:
            print(type(error).__name__)
        try:
            socket.getaddrinfo("a.example", 80)
        except OSError as error:
            print(type(error).__name__)
    """))  # fmt: skip
    assert log.splitlines()[0] == "b'third'"
    assert log.splitlines()[2] == "gaierror"
    assert log.splitlines()[1] in ("PermissionError", "ConnectionRefusedError")


def test_without_a_jail_all_of_it_is_reached(bare: Jail, ears: Ears) -> None:
    """The control: the probes reach what is there to be reached, and make what can be made."""
    names = ("a port of the host by loopback", "a port of the host by no address", "datagrams", "version 6", "a local socket",
             "bind", "listen", "fast open by an option", "congestion", "shared ports", "pages lent", "interfaces",
             "who listens")  # fmt: skip
    sources = {name: _AWAY[name] for name in names}
    answers = bare.answers(sources, ears.constants)
    assert {name: answer for name, answer in answers.items() if not answer.startswith("open: ")} == {}
    assert "tcp4" in ears.heard()
