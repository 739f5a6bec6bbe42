#!/usr/bin/env python3
"""Clients that mean harm, against the real server, while a normal one polls beside them.

    tests/clients/hostile.py FEEDROOM [--full] [--judge] [CASE ...]

Each case is a crowd or a sequence of requests. What must hold: every refused request has the right status, nothing
outside of the site is served, nothing hangs, the server's memory stays below 200 MiB, and a normal client is answered
throughout. Its latency is printed; with --judge, for a machine that does nothing else, its 99th percentile must stay
below 50 ms. Without --full the crowds are small. The slow crowds are slowhttptest's (Debian) where it is installed.
"""

import os
import re
import resource
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

MIB = 1024 * 1024
HOST = "127.0.0.1"
RELEASE = "%s\n\n%s\n\n" + "The weir stayed open all day, and the lock with it. " * 40 + "\n"


class Server:
    """A feedroom of its own, with a secret or two beside what it publishes."""

    def __init__(self, program):
        self.dir = tempfile.mkdtemp(prefix="hostile")
        releases = os.path.join(self.dir, "releases")
        os.mkdir(releases)
        self.write("releases/flood.txt", RELEASE % ("River levels rise", "5 June 2025"))
        for at in range(40):
            self.write(f"releases/n{at}.txt", RELEASE % (f"Level {at}", f"{1 + at % 28} May 2025"))
        self.write("releases/secret.md", "---\ntitle: SECRET\ndate: 2999-01-01\n---\nSECRET, see ![](secret.png)\n")
        self.write("releases/secret.png", "SECRET")
        self.write("releases/.hidden", "SECRET")
        self.write("releases/unlinked.pdf", "SECRET")
        self.write("outside.txt", "SECRET")
        self.log = open(os.path.join(self.dir, "log"), "w+")
        self.process = subprocess.Popen(
            [os.path.realpath(program), "serve", "releases", "--ephemeral", "--listen", f"{HOST}:0"],
            cwd=self.dir, stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.port = int(re.search(r":(\d+)/", self.process.stdout.readline()).group(1))

    def write(self, path, text):
        with open(os.path.join(self.dir, path), "w") as file:
            file.write(text)

    def memory(self, what):
        """VmRSS or VmHWM in MiB."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(what + r":\s+(\d+)", status.read()).group(1)) / 1024

    def files(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def connect(self, patience=30):
        stream = socket.create_connection((HOST, self.port), timeout=patience)
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return stream

    def end(self):
        self.process.terminate()
        code = self.process.wait(30)
        shutil.rmtree(self.dir)
        return code


def send(stream, data):
    """Sends as much as the server takes."""
    try:
        stream.sendall(data)
        return True
    except OSError:
        return False


def read_all(stream):
    out = bytearray()
    try:
        while data := stream.recv(65536):
            out += data
    except OSError:
        pass
    return bytes(out)


def talk(server, data):
    """Sends bytes and reads until the server closes; the statuses of the answers, and all that came."""
    with server.connect() as stream:
        send(stream, data if isinstance(data, bytes) else data.encode("latin-1"))
        out = read_all(stream)
    return [int(code) for code in re.findall(rb"(?:^|\r\n|[^\r\n])HTTP/1\.[01] (\d{3}) ", out)], out


# The normal client: a process of its own, so that the crowd's work doesn't slow its clock.

def probe(port):
    """Polls by turns on a connection that stays and on new ones, until told to end; prints its latencies in ms."""
    running = [True]
    signal.signal(signal.SIGTERM, lambda *_: running.clear())
    request = "GET /rss.xml HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n%s\r\n"
    stay, turn = None, 0
    while running:
        turn += 1
        begin = time.perf_counter()
        if turn % 2 or stay is None:
            stream = socket.create_connection((HOST, port), timeout=30)
            stay = stay or stream
        else:
            stream = stay
        stream.sendall((request % ("If-None-Match: \"x\"\r\n" if turn % 4 < 2 else "")).encode())
        data = b""
        while b"\r\n\r\n" not in data:
            more = stream.recv(65536)
            if not more:
                break
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            # A connection that stays may be let go at any time between two requests.
            if stream is stay and not head and turn > 2:
                stay = None
                continue
            print("bad", head[:60], flush=True)
            sys.exit(1)
        left = int(re.search(rb"content-length: (\d+)", head).group(1)) - len(body)
        while left > 0:
            left -= len(stream.recv(65536))
        print((time.perf_counter() - begin) * 1000)
        if stream is not stay:
            stream.close()
        time.sleep(0.01)


class Normal:
    """The normal client beside a crowd."""

    def __init__(self, server):
        self.process = subprocess.Popen([sys.executable, __file__, "--probe", str(server.port)],
                                        stdout=subprocess.PIPE, text=True)

    def end(self):
        self.process.terminate()
        out = self.process.communicate(timeout=60)[0]
        if self.process.returncode:
            fail(f"the normal client got {out.splitlines()[-1:]}")
        times = sorted(float(line) for line in out.split())
        if not times:
            fail("the normal client got no answer at all")
            return 0, 0, 0
        return len(times), times[len(times) // 2], times[min(len(times) - 1, len(times) * 99 // 100)]


failures = []


def fail(text):
    failures.append(text)
    print("  FAILED:", text)


def expect(what, got, wanted):
    if got not in (wanted if isinstance(wanted, (list, tuple)) else [wanted]):
        fail(f"{what}: {got}, not {wanted}")


# Crowds. Each takes the server and its size, and holds for some seconds.

def idle(server, full):
    """Connections that say nothing."""
    crowd = [server.connect() for _ in range(5000 if full else 300)]
    time.sleep(6 if full else 2)
    print(f"  {len(crowd)} connections, {server.memory('VmRSS'):.0f} MiB")
    for stream in crowd:
        stream.close()


def idle_after_a_request(server, full):
    """Connections that ask once and stay."""
    crowd = [server.connect() for _ in range(5000 if full else 300)]
    for stream in crowd:
        stream.sendall(b"GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\n")
    time.sleep(6 if full else 2)
    print(f"  {len(crowd)} connections, {server.memory('VmRSS'):.0f} MiB")
    for stream in crowd:
        stream.close()


def slow(kind):
    def crowd(server, full):
        if not shutil.which("slowhttptest"):
            print("  SKIPPED: slowhttptest is not here")
            return
        out = subprocess.run(
            ["slowhttptest", kind, "-c", "1000" if full else "100", "-r", "500", "-i", "2", "-x", "8", "-s", "60000",
             "-w", "8", "-y", "16", "-n", "3", "-z", "8", "-k", "2", "-l", "15" if full else "4", "-p", "5",
             "-u", f"http://{HOST}:{server.port}/rss.xml"], capture_output=True, text=True, timeout=120)
        seen = re.findall(r"service available:\s*\S*?(YES|NO)", out.stdout)
        if "NO" in seen:
            fail(f"slowhttptest found the service unavailable {seen.count('NO')} of {len(seen)} times")
    return crowd


def floods_of_pipelined_requests(server, full):
    """Thousands of requests at once, by clients that read nothing for a while."""
    request = b"GET /rss.xml HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n"
    crowd = []
    for _ in range(100 if full else 10):
        stream = server.connect()
        stream.setblocking(False)
        try:
            stream.send(request * 10000)
        except OSError:
            pass
        crowd.append(stream)
    time.sleep(4 if full else 1)
    print(f"  {server.memory('VmRSS'):.0f} MiB")
    for stream in crowd:
        stream.close()


def connection_churn(server, full):
    """Connections that come and go without a word, or are torn down in the middle of an answer."""
    end = time.time() + (5 if full else 1)
    while time.time() < end:
        stream = server.connect()
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        stream.sendall(b"GET /rss.xml HTTP/1.1\r\nHost: x\r\n\r\n")
        stream.close()


# HTTP/2 by hand (RFC 9113): what clients that keep the rules never send.

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


HEAD = b"\x82\x84\x86\x41\x01x"  # GET / http, :authority x
SETTINGS = frame(4, 0, 0)


def h2_crowd(server, full, make, size):
    """Keeps connections busy with what `make` gives for a count, each until the server ends it."""
    end = time.time() + (5 if full else 1)
    ended = sent = 0
    while time.time() < end:
        with server.connect() as stream:
            stream.settimeout(0.5)
            count = 0
            alive = send(stream, PREFACE + SETTINGS)
            while alive and time.time() < end:
                alive = send(stream, b"".join(make(count + at) for at in range(size)))
                count += size
            sent += count
            ended += not alive
    print(f"  {sent} sent, the server ended {ended} connections, {server.memory('VmRSS'):.0f} MiB")
    return ended


def h2_rapid_reset(server, full):
    def pair(at):
        stream = 2 * at + 1
        return frame(1, 5, stream, HEAD) + frame(3, 0, stream, struct.pack(">I", 8))
    if h2_crowd(server, full, pair, 500) == 0:
        fail("no connection that only resets was ended")


def h2_settings(server, full):
    h2_crowd(server, full, lambda _: frame(4, 0, 0, struct.pack(">HI", 3, 100)), 500)


def h2_pings(server, full):
    h2_crowd(server, full, lambda _: frame(6, 0, 0, b"12345678"), 500)


def h2_endless_head(server, full):
    """One head in CONTINUATION frames without end."""
    first = frame(1, 1, 1, HEAD)
    if h2_crowd(server, full, lambda at: frame(9, 0, 1, b"\x40\x01a\x7f\x80\x01" + b"b" * 255) if at else first, 100) == 0:
        fail("no endless head was ended")


def h2_bomb(server, full):
    """A header stored once in the table and named thousands of times."""
    stored = b"\x40\x01a\x7f\xe1\x1d" + b"b" * 4000
    def bomb(at):
        return frame(1, 5, 2 * at + 1, HEAD + (stored if at == 0 else b"") + b"\xbe" * 12000)
    h2_crowd(server, full, bomb, 20)


def h2_without_window(server, full):
    """Streams that open no window for their answers."""
    crowd = []
    for _ in range(100 if full else 10):
        stream = server.connect()
        closed = frame(4, 0, 0, struct.pack(">HI", 4, 0))
        send(stream, PREFACE + closed + b"".join(frame(1, 5, 2 * at + 1, HEAD) for at in range(100)))
        crowd.append(stream)
    time.sleep(4 if full else 1)
    print(f"  {server.memory('VmRSS'):.0f} MiB")
    for stream in crowd:
        stream.close()


def h2_broken(server, _full):
    """Frames that no client may send: the connection ends with GOAWAY, and nothing hangs."""
    for name, data in [
        ("DATA on stream 0", frame(0, 0, 0, b"x")),
        ("HEADERS on stream 0", frame(1, 5, 0, HEAD)),
        ("an even stream", frame(1, 5, 2, HEAD)),
        ("DATA on an idle stream", frame(0, 0, 1, b"x")),
        ("a frame too long", frame(0, 0, 1, b"x" * 20000)),
        ("SETTINGS of odd length", frame(4, 0, 0, b"123")),
        ("SETTINGS on a stream", frame(4, 0, 1)),
        ("PING of wrong length", frame(6, 0, 0, b"1")),
        ("a window update of 0", frame(8, 0, 0, b"\0\0\0\0")),
        ("a window too wide", frame(8, 0, 0, b"\x7f\xff\xff\xff") * 2),
        ("PUSH_PROMISE", frame(5, 4, 1, b"\0\0\0\2" + HEAD)),
        ("a lone CONTINUATION", frame(9, 4, 1, HEAD)),
        ("a head cut off by another frame", frame(1, 1, 1, HEAD) + frame(6, 0, 0, b"12345678")),
        ("HPACK of a table that is not there", frame(1, 5, 1, b"\xff\xff\x03")),
        ("a RST_STREAM of an idle stream", frame(3, 0, 1, b"\0\0\0\0")),
        ("streams that go back", frame(1, 5, 5, HEAD) + frame(1, 5, 3, HEAD)),
        ("an upper-case header", frame(1, 5, 1, HEAD + b"\x40\x01A\x01b")),
        ("connection: close", frame(1, 5, 1, HEAD + b"\x40\x0aconnection\x05close")),
        ("two paths", frame(1, 5, 1, HEAD + b"\x84")),
    ]:
        with server.connect(15) as stream:
            send(stream, PREFACE + SETTINGS + data)
            kinds, rest = set(), b""
            try:
                while more := stream.recv(65536):
                    rest += more
                    while len(rest) >= 9 and len(rest) >= 9 + int.from_bytes(rest[:3], "big"):
                        length = int.from_bytes(rest[:3], "big")
                        kinds.add(rest[3])
                        if rest[3] == 3 or rest[3] == 7:
                            raise StopIteration
                        rest = rest[9 + length:]
            except StopIteration:
                continue
            except OSError:
                pass
            if not kinds & {3, 7}:
                fail(f"{name} over HTTP/2 ended without RST_STREAM or GOAWAY")


# Requests that are refused, each with its status.

def refusals(server, _full):
    get = "GET /rss.xml HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    for what, data, wanted in [
        ("a head of 1 MiB", get + "X: " + "a" * MIB + "\r\n\r\n", 431),
        ("a thousand header lines", get + "X: a\r\n" * 1000 + "\r\n", 431),
        ("an address of 1 MiB", "GET /" + "a" * MIB + " HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        ("an address of 1 MiB and no end", "GET /" + "a" * MIB, 414),
        ("a body of 1 MiB", get + f"Content-Length: {MIB}\r\n\r\n" + "a" * MIB, 413),
        ("a small body", get + "Content-Length: 5\r\n\r\nabcde", 200),
        ("a chunked body", get + "Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n", 200),
        ("HTTP/2.0 by name", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505),
        ("HTTP/3.0", "GET / HTTP/3.0\r\nHost: x\r\n\r\n", 505),
        ("no HTTP", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n", 400),
        ("HTTP/0.9", "GET /\r\n", 400),
        ("no host", "GET / HTTP/1.1\r\n\r\n", 400),
        ("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("a host that is none", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
        ("half a head", "GET / HTTP/1.1\r\nHost: x\r\n", 408),
        ("POST", "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\na", 405),
        ("CONNECT", "CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\nConnection: close\r\n\r\n", 405),
        ("a method of its own", "BREW / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 501),
        ("an expectation of another kind", get + "Expect: nothing\r\n\r\n", [200, 417]),
    ]:
        statuses, _ = talk(server, data)
        expect(what, statuses[-1:] and statuses[-1], wanted)


def smuggling(server, _full):
    """Whatever the shape, the second request is never answered."""
    inner = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
    head = "POST / HTTP/1.1\r\nHost: x\r\n"
    for what, lines in [
        ("CL.TE", f"Content-Length: {len(inner) + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("TE.CL", "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"),
        ("two lengths", "Content-Length: 0\r\nContent-Length: 40\r\n\r\n"),
        ("a list of lengths", "Content-Length: 0, 40\r\n\r\n"),
        ("a signed length", "Content-Length: +0\r\n\r\n"),
        ("a negative length", "Content-Length: -1\r\n\r\n"),
        ("a hex length", "Content-Length: 0x0\r\n\r\n"),
        ("a space before the colon", "Content-Length : 0\r\n\r\n"),
        ("a coding that is not chunked", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        ("chunked twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
        ("a folded line", "X: a\r\n Content-Length: 0\r\n\r\n"),
        ("NUL in a header", "X: a\0b\r\n\r\n"),
        ("a lone CR", "X: a\rContent-Length: 0\r\n\r\n"),
        ("a chunk size with a sign", "Transfer-Encoding: chunked\r\n\r\n+0\r\n\r\n"),
        ("a chunk size too large", "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n\r\n"),
        ("a chunk extension without end", "Transfer-Encoding: chunked\r\n\r\n0;" + "a" * 100000 + "\r\n\r\n"),
    ]:
        statuses, out = talk(server, head + lines + inner)
        if len(statuses) != 1 or not 400 <= statuses[0] < 600 or b"smuggled" in out:
            fail(f"{what}: {statuses}")
    # The body of a GET is passed over, not read as the next request.
    body = f"Connection: close\r\nContent-Length: {len(inner)}\r\n\r\n" + inner
    statuses, _ = talk(server, "GET / HTTP/1.1\r\nHost: x\r\n" + body)
    expect("a body that holds a request", statuses, [[200]])


def traversal(server, _full):
    """No way out of the site by any spelling."""
    ups = ["../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "..\\", "%252e%252e%252f", "..%c0%af", "%c0%ae%c0%ae/",
           "..%ef%bc%8f", "....//", "..;/", ".%00./", "..%u2215", "%uff0e%uff0e/"]
    ends = ["outside.txt", "etc/passwd", "releases/.hidden", "releases/secret.md"]
    paths = [base + up * depth + end for base in ["/", "/assets/", "/assets//", "/items/", "//"]
             for up in ups for depth in (1, 2, 8) for end in ends]
    paths += ["/.hidden", "/assets/.hidden", "/assets/secret.png", "/assets/secret.md", "/assets/unlinked.pdf",
              "/assets/", "/assets", "/secret/", "/items/secret/", "file:///etc/passwd", "http://x/../etc/passwd",
              "/assets/flood.txt", "/status", "/metrics", "/assets/%00", "/%", "/%zz", "*"]
    for path in paths:
        statuses, out = talk(server, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        if b"SECRET" in out or b"root:" in out:
            fail(f"{path} gives what is not public")
        if statuses not in ([404], [400], [301]):
            fail(f"{path}: {statuses}")
    for path in ["/", "/rss.xml", "/atom.xml", "/feed.json", "/sitemap.xml", "/opml.xml"]:
        if b"SECRET" in talk(server, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")[1]:
            fail(f"{path} tells of what is embargoed")


CASES = {
    "idle": idle, "idle-after": idle_after_a_request, "slow-head": slow("-H"), "slow-body": slow("-B"),
    "slow-read": slow("-X"), "pipelines": floods_of_pipelined_requests, "churn": connection_churn,
    "h2-reset": h2_rapid_reset, "h2-settings": h2_settings, "h2-pings": h2_pings, "h2-head": h2_endless_head,
    "h2-bomb": h2_bomb, "h2-window": h2_without_window, "h2-broken": h2_broken,
    "refusals": refusals, "smuggling": smuggling, "traversal": traversal,
}


def main():
    arguments = sys.argv[1:]
    if arguments[0] == "--probe":
        return probe(int(arguments[1]))
    full, judged = "--full" in arguments, "--judge" in arguments
    program, *names = [one for one in arguments if not one.startswith("--")]
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    server = Server(program)
    before = server.files()
    for name in names or CASES:
        print(name)
        normal = Normal(server)
        time.sleep(0.3)
        CASES[name](server, full)
        count, median, worst = normal.end()
        print(f"  a normal client: {count} answers, median {median:.1f} ms, p99 {worst:.1f} ms")
        if judged and worst >= 50:
            fail(f"the normal client's p99 is {worst:.1f} ms")
        if server.process.poll() is not None:
            server.log.seek(0)
            sys.exit(f"FAILED: the server has ended: {server.log.read()[-2000:]}")
    peak = server.memory("VmHWM")
    print(f"peak memory {peak:.0f} MiB")
    if peak >= 200:
        fail("the memory passes 200 MiB")
    end = time.time() + 60
    while server.files() > before + 5 and time.time() < end:
        time.sleep(0.5)
    if server.files() > before + 5:
        fail(f"{server.files() - before} connections are held for ever")
    expect("the exit code", server.end(), 0)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
