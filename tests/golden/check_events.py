"""Reads a run's event files with TensorBoard's own reader and holds them against its log.jsonl.

    pip install tensorboard
    python tests/golden/check_events.py runs/quickstart

Prints what was read; ends with 1 where a point is missing, doubled or different.
"""
import json
import sys
from pathlib import Path

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import plugin_data_pb2
from tensorboard.util import tensor_util

run = Path(sys.argv[1])
events = EventAccumulator(str(run / "tensorboard"), size_guidance={"scalars": 0, "images": 0, "tensors": 0})
events.Reload()
tags = events.Tags()

fields = {
    "step": {
        "loss/train": "loss",
        "train/learning_rate": "learningRate",
        "train/gradient_norm": "gradientNorm",
        "train/epoch": "epoch",
        "speed/tokens_per_second": "tokensPerSecond",
        "memory/resident_bytes": "residentBytes",
    },
    "evaluation": {"loss/held_out": "natsPerToken", "bits_per_drawing/held_out": "bitsPerDrawing"},
}
log = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
faults = 0
for kind, names in fields.items():
    for tag, key in names.items():
        wanted = [(record["step"], record[key]) for record in log if record["kind"] == kind]
        if not wanted and tag not in tags["scalars"]:
            continue
        found = [(event.step, event.value) for event in events.Scalars(tag)]
        same = [step for step, _ in wanted] == [step for step, _ in found] and all(
            abs(a - b) <= 1e-6 * max(1, abs(a)) for (_, a), (_, b) in zip(wanted, found)
        )
        faults += not same
        print(f"{'same' if same else 'DIFFERENT'}  {tag}: {len(found)} points")

for tag in tags["images"]:
    shown = events.Images(tag)
    print(f"image  {tag}: {len(shown)}, {shown[-1].width} x {shown[-1].height}")
    faults += not shown[-1].encoded_image_string.startswith(b"\x89PNG")
text = events.Tensors("config")[0].tensor_proto
written = tensor_util.make_ndarray(text).item().decode()
print(f"text   config: {len(written.splitlines())} lines")
faults += "hiddenSize" not in written
metadata = events.SummaryMetadata("_hparams_/session_start_info")
start = plugin_data_pb2.HParamsPluginData.FromString(metadata.plugin_data.content)
hparams = start.session_start_info.hparams
print(f"hparams: {len(hparams)}, train.lr {hparams['train.lr'].number_value:g}")
faults += len(hparams) == 0
sys.exit(1 if faults else 0)
