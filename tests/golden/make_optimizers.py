"""
Golden updates of the optimisers and golden learning rates.

    pip install torch transformers lion-pytorch bitsandbytes
    python tests/golden/make_optimizers.py

Writes optimizers.json: start values, and parameters after each of ten steps by PyTorch's SGD,
Adafactor and AdamW, by lion-pytorch, and by AdamW over moments that bitsandbytes quantizes in blocks;
and schedules.json: the multipliers of transformers' schedules.
"""

import json
import math
import pathlib

import torch
from bitsandbytes import functional as bnb
from lion_pytorch import Lion
from transformers import optimization

here = pathlib.Path(__file__).parent
STEPS = 10
SHAPES = {"matrix": [7, 5], "vector": [6], "scalar": [], "wide": [80, 64]}


def numbers(shape, seed):
    """The same as in the test: a sine of the index, which float64 holds alike everywhere."""
    size = math.prod(shape)
    values = [math.sin(seed + 1.7 * i) for i in range(size)]
    return torch.tensor(values, dtype=torch.float64).to(torch.float32).reshape(shape)


def run(make, names):
    parameters = {n: torch.nn.Parameter(numbers(SHAPES[n], i + 1)) for i, n in enumerate(names)}
    optimizer = make(list(parameters.values()))
    seen = []
    for step in range(1, STEPS + 1):
        for i, (name, p) in enumerate(parameters.items()):
            p.grad = numbers(SHAPES[name], 100 * step + i) * (0.1 if step % 3 == 0 else 1.0)
        optimizer.step()
        seen.append({n: sample(p.detach()) for n, p in parameters.items()})
    return seen


def sample(tensor):
    """All of a small tensor, every 37th element of a large one."""
    flat = tensor.flatten().tolist()
    return flat if len(flat) < 1000 else flat[::37]


class Adam8bit(torch.optim.Optimizer):
    """AdamW in the order of torch.optim.AdamW, its moments kept by bitsandbytes' block-wise codes."""

    def __init__(self, params, lr, betas, eps, weight_decay):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay))
        self.maps = [bnb.create_dynamic_map(signed=True), bnb.create_dynamic_map(signed=False)]

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                s = self.state[p]
                s["step"] = s.get("step", 0) + 1
                m, v = (self.kept(s, i, p) for i in range(2))
                m = b1 * m + (1 - b1) * p.grad
                v = b2 * v + (1 - b2) * p.grad**2
                p.mul_(1 - group["lr"] * group["weight_decay"])
                root = (v / (1 - b2 ** s["step"])).sqrt() + group["eps"]
                p.sub_(group["lr"] * (m / (1 - b1 ** s["step"])) / root)
                for i, moment in enumerate((m, v)):
                    if p.numel() < 4096:
                        s[i] = moment
                    else:
                        s[i] = quantized(moment, self.maps[i])

    def kept(self, s, i, p):
        if i not in s:
            return torch.zeros_like(p)
        if p.numel() < 4096:
            return s[i]
        codes, absmax = s[i]
        return (self.maps[i][codes] * absmax).reshape(p.shape)


def quantized(moment, code):
    """As bitsandbytes' CUDA and default kernels; its CPU kernel takes the first code for -1."""
    blocks = moment.reshape(-1, 256)
    absmax = blocks.abs().amax(1, keepdim=True)
    bounds = (code[:-1] + code[1:]) / 2
    return torch.bucketize(blocks / absmax.clamp(min=1e-38), bounds), absmax


few = ["matrix", "vector", "scalar"]
all_ = [*few, "wide"]
golden = {
    "sgd": run(lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9, weight_decay=0.1), few),
    "sgd-nesterov": run(
        lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9, nesterov=True, weight_decay=0.1), few
    ),
    "sgd-plain": run(lambda p: torch.optim.SGD(p, lr=0.02), few),
    "lion": run(lambda p: Lion(p, lr=0.003, betas=(0.9, 0.99), weight_decay=0.1), few),
    "adafactor": run(lambda p: torch.optim.Adafactor(p, lr=0.05, weight_decay=0.1), few),
    "adafactor-large-rate": run(lambda p: torch.optim.Adafactor(p, lr=0.9), few),
    "adamw": run(
        lambda p: torch.optim.AdamW(p, lr=0.01, betas=(0.9, 0.95), weight_decay=0.1), few
    ),
    "adamw-8bit": run(
        lambda p: Adam8bit(p, lr=0.001, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.1), all_
    ),
}
codes = {
    "signed": bnb.create_dynamic_map(signed=True).tolist(),
    "unsigned": bnb.create_dynamic_map(signed=False).tolist(),
}
(here / "optimizers.json").write_text(json.dumps({"steps": golden, "codes": codes}) + "\n")


def rates(make):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = make(optimizer)
    seen = []
    for _ in range(130):
        seen.append(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()
    return seen


o = optimization
schedules = {
    "constant": rates(lambda s: o.get_constant_schedule_with_warmup(s, 10)),
    "linear": rates(lambda s: o.get_linear_schedule_with_warmup(s, 10, 110)),
    "cosine": rates(lambda s: o.get_cosine_schedule_with_warmup(s, 10, 110)),
    "cosine-floor": rates(
        lambda s: o.get_cosine_with_min_lr_schedule_with_warmup(s, 10, 110, min_lr_rate=0.1)
    ),
    "cosine-restarts": rates(
        lambda s: o.get_cosine_with_hard_restarts_schedule_with_warmup(s, 10, 110, num_cycles=4)
    ),
    "inverse-sqrt": rates(lambda s: o.get_inverse_sqrt_schedule(s, 10)),
    "wsd": rates(
        lambda s: o.get_wsd_schedule(
            s, 10, num_training_steps=110, num_decay_steps=30, decay_type="linear", min_lr_ratio=0.1
        )
    ),
}
(here / "schedules.json").write_text(json.dumps(schedules) + "\n")
