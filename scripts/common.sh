# SPDX-License-Identifier: Apache-2.0
# Shared by the scripts: where things are, how they speak, how a phase is timed. Sourced, not run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

# C shims are built without optimisation in debug builds; codecs would crawl.
swift_flags=(-Xcc -O2)

say() { printf '%s\n' "$*"; }
step() { printf '\n==> %s\n' "$*"; }
fail() {
  printf '\nfailed: %s\n' "$*" >&2
  exit 1
}

# Seconds as 3:07.
clock() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

# venv NAME REQUIREMENTS: a Python environment below .build, made again when the requirements change.
venv() {
  local folder=.build/$1 requirements=$2
  if ! cmp -s "$requirements" "$folder/requirements.installed"; then
    say "installing the Python packages of $requirements"
    rm -rf "$folder"
    python3 -m venv "$folder" || fail "python3 -m venv; is python3-venv installed?"
    "$folder/bin/pip" install --quiet --disable-pip-version-check -r "$requirements" \
      || fail "pip could not install $requirements"
    cp "$requirements" "$folder/requirements.installed"
  fi
}
