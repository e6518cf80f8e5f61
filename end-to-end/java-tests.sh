# shellcheck shell=bash
# Runs integration tests, or tests on the node. Needs ROOT.

java_tests() { # flag…
  compile_tests && tests_of_maven "$@"
}

# Runs some classes in one JVM, and at the same time the others, without those that are excluded, in another one, since tests
# mostly wait. All are selected by patterns of paths without the ending IT.
java_tests_in_two_jvms() { # pattern,pattern… excluded,… flag…
  local some=${1//,/IT,}IT others log=$ROOT/target/other-tests.log pid status=0
  others="**/*IT,!${some//,/,!}${2:+,!${2//,/IT,!}IT}"
  shift 2
  compile_tests || return
  tests_of_maven "$@" -Dit.test="$others" -Dfailsafe.reports="$ROOT/target/failsafe-reports/others" >"$log" 2>&1 &
  pid=$!
  tests_of_maven "$@" -Dit.test="$some" || status=1
  wait "$pid" || status=1
  cat "$log"
  return "$status"
}

compile_tests() { (cd "$ROOT" && mvn --batch-mode --no-transfer-progress -q test-compile); }

# Two of these may run at a time, so it compiles nothing.
tests_of_maven() { # flag…
  (cd "$ROOT" && mvn --batch-mode --no-transfer-progress validate failsafe:integration-test failsafe:verify -DfailIfNoTests=true "$@")
}
