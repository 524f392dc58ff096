"""What PyTorch computes on in all measurements: a GPU, or every core that this process may use."""

import os

import torch

if hasattr(os, "sched_getaffinity"):
    torch.set_num_threads(len(os.sched_getaffinity(0)))
device = "cuda" if torch.cuda.is_available() else "cpu"


def computing(precision):
    """A block whose convolutions and matrix products are computed in this precision."""
    return torch.autocast(device, dtype=torch.bfloat16, enabled=precision == "bfloat16")
