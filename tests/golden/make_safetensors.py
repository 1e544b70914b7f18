"""Makes and checks the golden safetensors files with the Python package.

    python -m venv .venv-golden
    .venv-golden/bin/pip install -r tests/golden/requirements.txt
    .venv-golden/bin/python tests/golden/make_safetensors.py            # writes tests/golden/safetensors
    .venv-golden/bin/python tests/golden/make_safetensors.py --to DIR
    .venv-golden/bin/python tests/golden/make_safetensors.py FILE ...   # reads files, prints JSON

The first form is what the tests read. The last prints, for files written by Pathloom, the dtype,
shape and bytes of every tensor as Python reads them. All are deterministic.
"""

import json
import sys
from pathlib import Path

import ml_dtypes
import numpy as np
from safetensors import TensorSpec, deserialize, serialize

FOLDER = Path(__file__).parent / "safetensors"

# The package's name of each dtype, and the array type that holds it.
DTYPES = {
    "BOOL": ("bool", np.bool_),
    "U8": ("uint8", np.uint8),
    "I8": ("int8", np.int8),
    "F8_E5M2": ("float8_e5m2", ml_dtypes.float8_e5m2),
    "F8_E4M3": ("float8_e4m3fn", ml_dtypes.float8_e4m3fn),
    "F8_E8M0": ("float8_e8m0fnu", ml_dtypes.float8_e8m0fnu),
    "F8_E4M3FNUZ": ("float8_e4m3fnuz", ml_dtypes.float8_e4m3fnuz),
    "F8_E5M2FNUZ": ("float8_e5m2fnuz", ml_dtypes.float8_e5m2fnuz),
    "I16": ("int16", np.int16),
    "U16": ("uint16", np.uint16),
    "F16": ("float16", np.float16),
    "BF16": ("bfloat16", ml_dtypes.bfloat16),
    "I32": ("int32", np.int32),
    "U32": ("uint32", np.uint32),
    "F32": ("float32", np.float32),
    "C64": ("complex64", np.complex64),
    "F64": ("float64", np.float64),
    "I64": ("int64", np.int64),
    "U64": ("uint64", np.uint64),
}
ROUNDED = ["BF16", "F16", "F8_E5M2", "F8_E4M3", "F8_E5M2FNUZ", "F8_E4M3FNUZ", "F64"]


def save(folder, name, tensors, metadata=None):
    contiguous = {key: (dtype, np.ascontiguousarray(array)) for key, (dtype, array) in tensors.items()}
    described = {
        key: TensorSpec(
            dtype=DTYPES[dtype][0],
            shape=list(tensors[key][1].shape),
            data_ptr=array.ctypes.data,
            data_len=array.nbytes,
        )
        for key, (dtype, array) in contiguous.items()
    }
    (folder / name).write_bytes(serialize(described, metadata))


def every_dtype(folder):
    """One small tensor of each dtype: the bytes 1, 2, 3, … read as its elements."""
    tensors = {}
    for dtype, (_, kind) in DTYPES.items():
        size = np.dtype(kind).itemsize
        raw = (np.arange(6 * size) % 2 if dtype == "BOOL" else np.arange(1, 6 * size + 1)).astype(np.uint8)
        tensors[f"tensor.{dtype}"] = (dtype, np.frombuffer(raw.tobytes(), dtype=kind).reshape(2, 3))
    tensors["scalar"] = ("F32", np.float32(3.5).reshape(()))
    tensors["empty"] = ("F32", np.zeros((0, 4), np.float32))
    tensors['näme "with" \\ and \n and 🎨'] = ("I32", np.arange(2, dtype=np.int32))
    save(folder, "dtypes.safetensors", tensors, {"format": "pt"})


def hard_values():
    """float32 values that exercise every branch of rounding to fewer bits."""
    rng = np.random.default_rng(20240607)
    special = np.array(
        [0.0, -0.0, np.inf, -np.inf, np.nan, 448.0, 464.0, 464.1, 480.0, 240.0, 248.0, 57344.0, 61440.0,
         65504.0, 65519.99, 65520.0, 2.0**-24, 2.0**-25, 3 * 2.0**-26, 2.0**-9, 2.0**-10, 1e-45, 3.4e38],
        np.float32,
    )
    # Exact ties and their neighbours: a few high bits, then 1000… below, across all exponents.
    exponents = rng.integers(90, 150, 300).astype(np.uint32)
    high = rng.integers(0, 1 << 4, 300).astype(np.uint32)
    place = rng.choice(np.array([12, 15, 19, 20], np.uint32), 300)
    ties = (exponents << 23) | ((high << 19) & 0x7FFFFF) | (np.uint32(1) << place)
    nudged = ties + rng.integers(-1, 2, 300).astype(np.int64).astype(np.uint32)
    bits = np.concatenate([ties, nudged, rng.integers(0, 0x7F800000, 200).astype(np.uint32)])
    signs = (rng.integers(0, 2, bits.size).astype(np.uint32)) << 31
    return np.concatenate([special, (bits | signs).view(np.float32)])


def rounding(folder):
    values = hard_values()
    tensors = {"source": ("F32", values)}
    with np.errstate(over="ignore", invalid="ignore"):
        for dtype in ROUNDED:
            tensors[f"rounded.{dtype}"] = (dtype, values.astype(DTYPES[dtype][1]))
    save(folder, "rounding.safetensors", tensors)


def widening(folder):
    """Every code of the 8-bit formats and a sample of the 16-bit ones, with their float32 values."""
    tensors = {}
    for dtype in ROUNDED[:-1]:
        kind = np.dtype(DTYPES[dtype][1])
        codes = np.arange(256, dtype=np.uint8)
        if kind.itemsize == 2:
            codes = (np.arange(256, dtype=np.uint32) * 257).astype(np.uint16)
        narrow = codes.view(kind)
        tensors[f"narrow.{dtype}"] = (dtype, narrow)
        tensors[f"wide.{dtype}"] = ("F32", narrow.astype(np.float32))
    save(folder, "widening.safetensors", tensors)


def show(paths):
    def describe(path):
        tensors = deserialize(Path(path).read_bytes())
        return {
            name: {"dtype": t["dtype"], "shape": t["shape"], "data": bytes(t["data"]).hex()}
            for name, t in sorted(tensors)
        }

    print(json.dumps({path: describe(path) for path in paths}, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    to = Path(sys.argv[2]) if sys.argv[1:2] == ["--to"] else FOLDER
    if len(sys.argv) > 1 and to == FOLDER:
        show(sys.argv[1:])
    else:
        to.mkdir(parents=True, exist_ok=True)
        for make in (every_dtype, rounding, widening):
            make(to)
