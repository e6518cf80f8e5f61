# shellcheck shell=bash
# Programs in Go, JavaScript or Python, with the libraries that their own files pin. A change of a file gives another folder.

cmd_program() { # folder
  local source=${1-} target
  [ -d "$source" ] || die "'$source' is not a folder"
  target=$PROGRAMS/$(basename "$source")-$(cd "$source" && cat -- * | sha256sum | cut -c1-16)
  mkdir -p "$PROGRAMS"
  (
    flock 8 # two runs may need the same program
    [ -x "$target/run" ] || build_program "$source" "$target"
  ) 8>"$target.lock"
  echo "$target/run"
}

# The builder creates the file `run` at its end.
build_program() { # source, target
  local builder
  if [ -f "$1/go.mod" ]; then
    require_go
    builder=go_program
  elif [ -f "$1/package-lock.json" ]; then
    require_packages node npm
    builder=javascript_program
  else
    require_packages python3 python3-venv
    builder=python_program
  fi
  rm -rf "$2" # of a run that was killed
  cp -r "$1" "$2"
  step "building $1" in_folder "$2" "$builder"
}

in_folder() { cd "$1" && "$2"; }

go_program() { go build "${GO_FLAGS[@]}" -o run .; }

javascript_program() {
  npm ci --no-audit --no-fund
  write_run node main.mjs
}

python_program() {
  python3 -m venv venv
  venv/bin/pip install --requirement requirements.txt
  write_run "$PWD/venv/bin/python" main.py
}

write_run() { # interpreter, file
  printf '#!/bin/sh\nexec "%s" "%s/%s" "$@"\n' "$1" "$PWD" "$2" >run.new
  chmod +x run.new
  mv run.new run
}
