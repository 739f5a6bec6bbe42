# Sourced: where Python lacks one of some modules, fetches packages into a folder that goes with the script.
#
#   need_packages 'MODULE, MODULE' PACKAGE...
python=${PYTHON:-python3}

need_packages() {
  local modules=$1
  shift
  if ! "$python" -c "import $modules" 2>/dev/null; then
    packages=$(mktemp -d)
    trap 'rm -rf "$packages"' EXIT
    "$python" -m pip install -q --target "$packages" "$@"
    export PYTHONPATH=$packages
  fi
}
