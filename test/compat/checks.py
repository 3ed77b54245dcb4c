"""What the hvac scripts share: one line `ok NAME` a check, and the end at the first that does not hold."""

import sys


def check(name, condition, seen=None):
    if not condition:
        print(f"not ok {name}: {seen!r}")
        sys.exit(1)
    print(f"ok {name}")


def refused(name, kind, text, call):
    """`call` must raise `kind` with `text` in its message."""
    try:
        call()
    except kind as error:
        check(name, text in str(error), str(error))
    else:
        check(name, False, "nothing was raised")
