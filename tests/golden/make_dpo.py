"""
Golden losses and gradients of direct preference optimisation.

    pip install torch
    python tests/golden/make_dpo.py

Writes dpo.json: log-probabilities of pairs, and for each loss of TRL's DPOTrainer (1.16; label smoothing of
`sigmoid` as in TRL before 1.0) the loss of each pair and the gradient of their sum by the model's
log-probabilities, in float64.
"""

import itertools
import json
import math
import pathlib

import torch
import torch.nn.functional as F

here = pathlib.Path(__file__).parent

# The second pair is as likely as at the start, where training begins; the last is far out.
CHOSEN = [-40.25, -61.5, -12.0, -350.5, -88.0, -900.0]
REJECTED = [-44.5, -70.0, -9.25, -340.0, -91.5, -100.0]
REFERENCE_CHOSEN = [-42.0, -61.5, -11.5, -355.0, -80.0, -100.0]
REFERENCE_REJECTED = [-43.0, -70.0, -10.0, -341.0, -95.0, -100.0]
CHOSEN_TOKENS = [21.0, 40.0, 7.0, 180.0, 33.0, 64.0]
REJECTED_TOKENS = [25.0, 38.0, 9.0, 200.0, 30.0, 60.0]


def losses(kind, beta, smoothing, alpha, chosen, rejected):
    def values(x):
        return torch.tensor(x, dtype=torch.float64)

    chosen_scores = chosen - values(REFERENCE_CHOSEN)
    rejected_scores = rejected - values(REFERENCE_REJECTED)
    delta = chosen_scores - rejected_scores
    averaged = chosen_scores / values(CHOSEN_TOKENS) - rejected_scores / values(REJECTED_TOKENS)
    if kind == "sigmoid":
        loss = -F.logsigmoid(beta * delta) * (1 - smoothing) - F.logsigmoid(-beta * delta) * smoothing
    elif kind == "sigmoid_norm":
        loss = -F.logsigmoid(beta * averaged)
    elif kind == "ipo":
        loss = (averaged - 1 / (2 * beta)) ** 2
    elif kind == "hinge":
        loss = torch.relu(1 - beta * delta)
    else:
        clean = -(1 - smoothing) * F.logsigmoid(beta * delta)
        flipped = -smoothing * F.logsigmoid(-beta * delta)
        loss = (clean - flipped) / (1 - 2 * smoothing)
    return loss - alpha * chosen / values(CHOSEN_TOKENS)


def case(kind, beta, smoothing, alpha):
    chosen, rejected = (
        torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in (CHOSEN, REJECTED)
    )
    found = losses(kind, beta, smoothing, alpha, chosen, rejected)
    found.sum().backward()
    return {
        "lossType": kind,
        "beta": beta,
        "labelSmoothing": smoothing,
        "rpoAlpha": alpha,
        "losses": found.tolist(),
        "ofChosen": chosen.grad.tolist(),
        "ofRejected": rejected.grad.tolist(),
    }


CASES = [
    *(case(kind, beta, 0.0, 0.0) for kind, beta in itertools.product(
        ["sigmoid", "sigmoid_norm", "ipo", "hinge", "robust"], [0.1, 0.5])),
    case("sigmoid", 0.1, 0.2, 0.0),
    case("robust", 0.3, 0.1, 0.0),
    case("sigmoid", 0.1, 0.0, 1.0),
    case("ipo", 0.1, 0.0, 0.25),
]
assert all(math.isfinite(x) for each in CASES for x in each["losses"])
(here / "dpo.json").write_text(json.dumps({
    "chosen": CHOSEN,
    "rejected": REJECTED,
    "referenceChosen": REFERENCE_CHOSEN,
    "referenceRejected": REFERENCE_REJECTED,
    "chosenTokens": CHOSEN_TOKENS,
    "rejectedTokens": REJECTED_TOKENS,
    "cases": CASES,
}, indent=1) + "\n")
