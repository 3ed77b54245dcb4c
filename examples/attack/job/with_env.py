"""What a `.env` loader does: reads the file into the environment, and goes on as the job."""
import os
import sys

with open(".env", encoding="utf-8") as file:
    for line in file:
        name, equals, value = line.strip().partition("=")
        if equals and not name.startswith("#"):
            os.environ.setdefault(name, value)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
