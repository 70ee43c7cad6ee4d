# What the scripts share; sourced from the project's folder. Works with macOS's bash 3.2.
# shellcheck shell=bash

# Tools installed for this project come first. Cargo's own folder is named, or rustup's cargo would put it before them.
export PATH="$PWD/.tools/bin:$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"

# has TOOL: it is in PATH.
has() { command -v "$1" >/dev/null 2>&1; }

# at_least HAVE WANT: dotted numbers.
at_least() {
  [ "$(printf '%s\n%s\n' "$1" "$2" | sort -t. -k1,1n -k2,2n -k3,3n | head -n 1)" = "$2" ]
}

# version COMMAND...: the first dotted number that `COMMAND... --version` prints; nothing when it does not run.
version() {
  { "$@" --version 2>/dev/null || true; } | sed -n 's/^[^0-9]*\([0-9][0-9.]*\).*/\1/p' | sed -n 1p
}
