"""Writes transactions.csv: 400 made-up card payments from a fixed seed, so that the file can be made again bit for bit.

Run by hand: python3 data/make_transactions.py > data/transactions.csv
"""
import math
import random
import sys

SEED = 20261121
ROWS = 400
COUNTRIES = [("DE", 0.34), ("FR", 0.22), ("GB", 0.16), ("US", 0.14), ("BR", 0.08), ("NG", 0.06)]
MERCHANTS = {  # merchant: (share, typical amount in EUR, pull towards fraud)
    "grocery": (0.34, 38, -0.9),
    "fuel": (0.16, 55, -0.5),
    "travel": (0.14, 310, 0.4),
    "electronics": (0.16, 240, 0.9),
    "gift-card": (0.08, 120, 1.9),
    "restaurant": (0.12, 46, -0.6),
}


def main():
    rng = random.Random(SEED)
    out = sys.stdout
    out.write("id,amount,hour,country,merchant,label\n")
    for number in range(1, ROWS + 1):
        merchant = rng.choices(list(MERCHANTS), [row[0] for row in MERCHANTS.values()])[0]
        _, typical, pull = MERCHANTS[merchant]
        amount = round(typical * math.exp(rng.gauss(0, 0.7)), 2)
        hour = int(rng.triangular(0, 24, 15)) % 24 if rng.random() < 0.8 else rng.randrange(0, 6)
        country = rng.choices([name for name, _ in COUNTRIES], [share for _, share in COUNTRIES])[0]
        night = 1.0 if hour < 6 else 0.0
        abroad = 1.2 if country in ("BR", "NG") else 0.0
        score = -2.9 + pull + 1.6 * night + abroad + 0.9 * math.log(amount / typical)
        label = 1 if rng.random() < 1 / (1 + math.exp(-1.6 * score)) else 0
        out.write(f"T{number:04d},{amount:.2f},{hour},{country},{merchant},{label}\n")


if __name__ == "__main__":
    main()
