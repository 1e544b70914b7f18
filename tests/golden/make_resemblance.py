"""Figures of the measure of likeness, computed apart from it: writes resemblance.json.

    python3 tests/golden/make_resemblance.py

Drawings are rectangles on whole pixels of a canvas of 32, whose alpha needs no renderer. Plain Python.
"""

import json
import math
import pathlib

SIDE = 32

# caption: rectangles of x, y, width, height
SET = {
    "bar left": [(2, 2, 6, 28)],
    "bar right": [(24, 2, 6, 28)],
    "bar middle": [(13, 2, 6, 28)],
    "block": [(4, 4, 24, 24)],
    "dot": [(14, 14, 4, 4)],
    "two bars": [(2, 2, 6, 28), (24, 2, 6, 28)],
    "floor": [(0, 26, 32, 6)],
    "corner dot": [(0, 0, 4, 4)],
}

DRAWN = {
    "bar left": [(3, 3, 6, 26)],
    "bar right": [(4, 2, 6, 28)],
    "block": [(6, 6, 20, 20)],
    "dot": [(0, 1, 4, 4)],
    "floor": [(0, 24, 32, 8)],
    "two bars": [(24, 2, 6, 27)],
    "tall bar": [(14, 1, 5, 30)],
    "corner dot": [],
}


def alpha(rectangles):
    grid = [[0.0] * SIDE for _ in range(SIDE)]
    for x, y, width, height in rectangles:
        for row in range(y, y + height):
            for column in range(x, x + width):
                grid[row][column] = 1.0
    return grid


def blur(grid):
    inside = lambda place: min(SIDE - 1, max(0, place))
    return [
        [
            sum(
                grid[inside(y + dy)][inside(x + dx)] for dy in (-1, 0, 1) for dx in (-1, 0, 1)
            )
            / 9
            for x in range(SIDE)
        ]
        for y in range(SIDE)
    ]


def picture(rectangles):
    values = [value for row in blur(blur(alpha(rectangles))) for value in row]
    length = math.sqrt(sum(value * value for value in values))
    return None if length == 0 else [value / length for value in values]


def cosine(a, b):
    return sum(x * y for x, y in zip(a, b))


pictures = {name: picture(rectangles) for name, rectangles in SET.items()}
each = {}
for caption, rectangles in DRAWN.items():
    mine = picture(rectangles)
    if mine is None:
        each[caption] = {"cosines": None, "rank": None, "sharedWord": False}
        continue
    cosines = {name: cosine(mine, theirs) for name, theirs in pictures.items()}
    nearest = max(cosines, key=cosines.get)
    rank = None
    if caption in SET:
        rank = 1 + sum(value > cosines[caption] for value in cosines.values())
    shared = bool(set(caption.split()) & set(nearest.split()))
    each[caption] = {"cosines": cosines, "rank": rank, "sharedWord": shared}

known = [caption for caption in DRAWN if caption in SET]
rank = lambda caption: each[caption]["rank"] or math.inf
summary = {
    "hit1": sum(rank(caption) == 1 for caption in known) / len(known),
    "hit5": sum(rank(caption) <= 5 for caption in known) / len(known),
    "mrr": sum(1 / rank(caption) for caption in known) / len(known),
    "sharedWord": sum(row["sharedWord"] for row in each.values()) / len(each),
    "chance": {
        "hit1": 1 / len(SET),
        "hit5": 5 / len(SET),
        "mrr": sum(1 / place for place in range(1, len(SET) + 1)) / len(SET),
        "sharedWord": sum(
            bool(set(caption.split()) & set(name.split())) for caption in DRAWN for name in SET
        )
        / len(DRAWN)
        / len(SET),
    },
}
out = {"set": SET, "drawn": DRAWN, "each": each, "summary": summary}
path = pathlib.Path(__file__).parent / "resemblance.json"
path.write_text(json.dumps(out, indent=1) + "\n")
