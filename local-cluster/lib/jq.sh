# shellcheck shell=bash
# jq, which the kubectl plugin needs.

cmd_jq() {
  require_packages jq
  dirname "$(command -v jq)"
}
