#!/usr/bin/env bash
# A WebSub hub of others (Flask-WebSub) between a running feedroom and a subscriber.
#
#   tests/clients/hub.sh FEEDROOM
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/packages.sh"
need_packages 'flask_websub, celery' 'Flask-WebSub==0.4.1' celery
"$python" "$here/hub.py" "$@"
