"""Source distributions from the index that pip is set to: `python3 sources.py FOLDER NAME[==VERSION]…`.

Fetched and checked by hash, never built: `pip download` would run each package's own set-up. Prints `name==version` a line.
"""
import hashlib
import html
import os
import re
import subprocess
import sys
import urllib.parse
import urllib.request

from pip._internal.models.index import PyPI

folder, *wanted = sys.argv[1:]
asked = subprocess.run([sys.executable, "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True)
index = (os.environ.get("PIP_INDEX_URL") or asked.stdout.strip() or PyPI.simple_url).rstrip("/")
LINK = re.compile(r'<a [^>]*href="([^"]+)"[^>]*>([^<]+)</a>')


def numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


for spec in wanted:
    name, _, version = spec.partition("==")
    page_address = f"{index}/{re.sub(r'[-_.]+', '-', name).lower()}/"
    page = urllib.request.urlopen(page_address).read().decode()
    found = []
    for link, title in LINK.findall(page):
        at = re.fullmatch(r".+?-(\d+(?:\.\d+)*)\.(?:tar\.gz|zip)", html.unescape(title).strip())
        if at and (not version or at[1] == version):
            found.append((numbers(at[1]), at[1], urllib.parse.urljoin(page_address, html.unescape(link)), title.strip()))
    if not found:
        print(f"no source distribution of {spec}", file=sys.stderr)
        continue
    _, picked, link, title = max(found)
    address, _, fragment = link.partition("#")
    data = urllib.request.urlopen(address).read()
    algorithm, _, digest = fragment.partition("=")
    if algorithm and hashlib.new(algorithm, data).hexdigest() != digest:
        sys.exit(f"{title} is not what the index says it is")
    with open(os.path.join(folder, title), "wb") as out:
        out.write(data)
    print(f"{name}=={picked}", flush=True)
