#!/usr/bin/env bash
# The bucket against an S3 server of others (moto), read over HTTP by feedparser while it changes.
#
#   tests/clients/bucket.sh FEEDROOM [--items N] [--changes N] [--kills N]
#
# The numbers that are promised take a while: --items 10000 --changes 100 --kills 50.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}
if ! "$python" -c 'import moto.server, feedparser' 2>/dev/null; then
  packages=$(mktemp -d)
  trap 'rm -rf "$packages"' EXIT
  "$python" -m pip install -q --target "$packages" 'moto[server]' feedparser
  export PYTHONPATH=$packages
fi
"$python" "$here/bucket.py" "$@"
