#!/usr/bin/env bash
# A WebSub hub of others (Flask-WebSub) between a running feedroom and a subscriber.
#
#   tests/clients/hub.sh FEEDROOM
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}
if ! "$python" -c 'import flask_websub, celery' 2>/dev/null; then
  packages=$(mktemp -d)
  trap 'rm -rf "$packages"' EXIT
  "$python" -m pip install -q --target "$packages" 'Flask-WebSub==0.4.1' celery
  export PYTHONPATH=$packages
fi
"$python" "$here/hub.py" "$@"
