"""The hook host for Python: speaks docs/hook-protocol.md with its parent, as the TypeScript host does.

    bridge.py              one host, requests on fd 3, replies on fd 4 (where the system can't fork)
    bridge.py SOCKET       a fork server: imports the meshroom package once and forks a host whenever its parent asks for one
"""

import os
import sys

WANTED = (3, 10)


def complain(text: str) -> None:
    """Tells the parent why there is no host; it reads the first line of fd 4."""
    os.write(4, (text + "\n").encode())
    sys.exit(1)


def main() -> None:
    # Hooks find their own modules here, never ours.
    sys.path[0] = os.path.dirname(os.path.abspath(__file__))
    if sys.version_info < WANTED:
        complain('{"type":"unfit","need":"python","found":"%d.%d"}' % sys.version_info[:2])
    try:
        import meshroom.decorators  # noqa: F401
    except ModuleNotFoundError as error:
        missing = (error.name or "").split(".")[0]
        complain('{"type":"unfit","need":"package","found":"%s"}' % missing)
    from meshroom_bridge import host

    if len(sys.argv) > 1:
        from meshroom_bridge import fork_server
    sys.path.pop(0)
    sys.dont_write_bytecode = True
    if len(sys.argv) > 1:
        fork_server.run(sys.argv[1])
    else:
        host.serve(3, 4)


if __name__ == "__main__":
    main()
