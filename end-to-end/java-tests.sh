# shellcheck shell=bash
# Runs integration tests, or tests on the node. Needs ROOT.

java_tests() { # flag…
  compile_tests && tests_of_maven "$@"
}

# Runs each group of classes in its own JVM, all at the same time. A group is a list of patterns of paths without the ending IT; "!"
# excludes a pattern. The output of the last group is shown at once.
java_tests_in_groups() { # pattern,…… -- flag…
  local groups=() reports=$ROOT/target/failsafe-reports pids=() i last status=0
  while [ "$1" != -- ]; do groups+=("-Dit.test=${1//,/IT,}IT") && shift; done
  shift
  last=$((${#groups[@]} - 1))
  compile_tests || return
  mkdir -p "$reports"
  for ((i = 0; i < last; i++)); do
    # Maven names its temporary files only by the time, so each has its own folder for them.
    tests_of_maven "$@" "${groups[i]}" -DtempDir="surefire-$i" -Dfailsafe.reports="$reports/group-$i" \
      >"$reports/group-$i.log" 2>&1 &
    pids+=($!)
  done
  tests_of_maven "$@" "${groups[last]}" || status=1
  for ((i = 0; i < last; i++)); do
    wait "${pids[i]}" || status=1
    cat "$reports/group-$i.log"
  done
  return "$status"
}

# A group with all classes that are not in these groups.
all_but() { # pattern,……
  local IFS=, excluded
  excluded=$*
  echo "**/*,!${excluded//,/,!}"
}

compile_tests() { (cd "$ROOT" && mvn --batch-mode --no-transfer-progress -q test-compile); }

# Several of these may run at a time, so it compiles nothing.
tests_of_maven() { # flag…
  (cd "$ROOT" && mvn --batch-mode --no-transfer-progress validate failsafe:integration-test failsafe:verify -DfailIfNoTests=true "$@")
}
