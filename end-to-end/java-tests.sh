# shellcheck shell=bash
# Runs integration tests, or tests on the node. Needs ROOT.

java_tests() { # flag…
  compile_tests && tests_of_maven "$@"
}

# Runs each group of classes in its own JVM and, at the same time, the other classes in another one, without those that are
# excluded. A group is a list of patterns of paths without the ending IT.
java_tests_in_groups() { # excluded,… pattern,…… -- flag…
  local excluded=${1:+${1//,/IT,}IT} groups=() others='**/*IT' reports=$ROOT/target/failsafe-reports pids=() i status=0
  shift
  while [ "$1" != -- ]; do groups+=("${1//,/IT,}IT") && shift; done
  shift
  for i in "${groups[@]}" $excluded; do others+=",!${i//,/,!}"; done
  compile_tests || return
  mkdir -p "$reports"
  for i in "${!groups[@]}"; do
    # Maven names its temporary files only by the time, so each has its own folder for them.
    tests_of_maven "$@" -Dit.test="${groups[i]}" -DtempDir="surefire-$i" -Dfailsafe.reports="$reports/group-$i" \
      >"$reports/group-$i.log" 2>&1 &
    pids+=($!)
  done
  tests_of_maven "$@" -Dit.test="$others" || status=1
  for i in "${!groups[@]}"; do
    wait "${pids[i]}" || status=1
    cat "$reports/group-$i.log"
  done
  return "$status"
}

compile_tests() { (cd "$ROOT" && mvn --batch-mode --no-transfer-progress -q test-compile); }

# Several of these may run at a time, so it compiles nothing.
tests_of_maven() { # flag…
  (cd "$ROOT" && mvn --batch-mode --no-transfer-progress validate failsafe:integration-test failsafe:verify -DfailIfNoTests=true "$@")
}
