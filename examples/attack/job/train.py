"""The job itself, honest: it uses its two keys and the settings that any job needs, and says what it found of them."""
import os

KEYS = ["HF_TOKEN", "WANDB_API_KEY"]
SETTINGS = [".config/pip/pip.conf", ".gitconfig", ".config/matplotlib/matplotlibrc", ".cache/huggingface/hub/model.bin"]


def readable(path):
    try:
        with open(path, "rb") as file:
            return len(file.read()) > 0
    except OSError:
        return False


home = os.path.expanduser("~")
with open(os.path.join(home, ".cache", "huggingface", "hub", "trained.bin"), "wb") as cache:
    cache.write(b"a cache that outlives the job")
print(f"keys {sum(bool(os.environ.get(name)) for name in KEYS)} settings {sum(readable(os.path.join(home, name)) for name in SETTINGS)}")
