#!/usr/bin/env bash
# The bucket against an S3 server of others (moto), read over HTTP by feedparser while it changes.
#
#   tests/clients/bucket.sh FEEDROOM [--items N] [--changes N] [--kills N]
#
# The numbers that are promised take a while: --items 10000 --changes 100 --kills 50.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/packages.sh"
need_packages 'moto.server, feedparser' 'moto[server]' feedparser
"$python" "$here/bucket.py" "$@"
