"""
Golden structural similarities.

    pip install scikit-image
    python tests/golden/make_ssim.py

Writes ssim.json: scikit-image's numbers for pairs of grey pictures that a formula makes.
"""

import json
import pathlib

import numpy
from skimage.metrics import structural_similarity

here = pathlib.Path(__file__).parent


def picture(kind, width, height):
    """The same as in the test."""
    y, x = numpy.mgrid[0:height, 0:width].astype(numpy.float64)
    if kind == "waves":
        return 0.5 + 0.5 * numpy.sin(0.7 * x + 0.3 * y)
    if kind == "shifted":
        return 0.5 + 0.5 * numpy.sin(0.7 * x + 0.3 * y + 0.4)
    if kind == "box":
        return numpy.where((x > 4) & (x < width - 6) & (y > 3) & (y < height - 9), 0.0, 1.0)
    if kind == "ring":
        distance = numpy.hypot(x - width / 2, y - height / 2)
        return numpy.where(numpy.abs(distance - height / 3) < 2, 0.0, 1.0)
    return numpy.ones((height, width))


PAIRS = [
    ("waves", "shifted", 32, 24),
    ("box", "ring", 40, 40),
    ("box", "white", 40, 40),
    ("ring", "white", 33, 47),
    ("ring", "ring", 20, 20),
    ("waves", "box", 11, 11),
]

cases = [
    {
        "a": a,
        "b": b,
        "width": width,
        "height": height,
        "ssim": structural_similarity(
            picture(a, width, height),
            picture(b, width, height),
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
            data_range=1.0,
        ),
    }
    for a, b, width, height in PAIRS
]
(here / "ssim.json").write_text(json.dumps(cases, indent=1) + "\n")
