"""Numbers in 4-bit NormalFloat by bitsandbytes, for tests/models/quantization/nf4.test.ts.

    pip install bitsandbytes==0.50.2
    python tests/golden/make_nf4.py
"""

import base64
import json
import pathlib

import bitsandbytes.functional as F
import torch

torch.manual_seed(7)
ROWS, COLUMNS, BLOCK = 12, 128, 64
values = torch.randn(ROWS, COLUMNS) * torch.logspace(-3, 2, ROWS).unsqueeze(1)
values[3, 0:BLOCK] = 0
codes, state = F.quantize_4bit(values, blocksize=BLOCK, quant_type="nf4")
restored = F.dequantize_4bit(codes, state)


def encoded(tensor):
    return base64.b64encode(tensor.contiguous().numpy().tobytes()).decode()


# More than two groups of 256 scales, whose codes stand for what they are above their mean.
many = torch.randn(13, 55 * BLOCK) * 0.02
single = F.quantize_4bit(many, blocksize=BLOCK, quant_type="nf4")[1].absmax
double = F.quantize_4bit(many, blocksize=BLOCK, quant_type="nf4", compress_statistics=True)[1]
scales_back = F.dequantize_blockwise(double.absmax, double.state2) + double.offset

folder = pathlib.Path(__file__).parent / "quantisation"
folder.mkdir(exist_ok=True)
(folder / "nf4.json").write_text(
    json.dumps(
        {
            "rows": ROWS,
            "columns": COLUMNS,
            "block": BLOCK,
            "values": encoded(values),
            "codes": encoded(codes.flatten()),
            "scales": encoded(state.absmax.flatten().float()),
            "restored": encoded(restored.float()),
            "double": {
                "scales": encoded(single.flatten()),
                "codes": encoded(double.absmax.flatten()),
                "mean": encoded(double.offset),
                "units": encoded(double.state2.absmax.flatten()),
                "numbers": encoded(double.state2.code),
                "restored": encoded(scales_back.flatten()),
            },
        },
        indent=1,
    )
    + "\n"
)
