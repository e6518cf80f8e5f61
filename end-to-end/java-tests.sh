# shellcheck shell=bash
# Runs integration tests of classes that are already compiled. Needs ROOT.

java_tests() { # flag…
  (cd "$ROOT" && mvn --batch-mode --no-transfer-progress validate failsafe:integration-test failsafe:verify "$@")
}

# Runs some classes in one JVM, and at the same time the others in another one, since tests mostly wait. Both are selected by
# patterns of paths without the ending IT.
java_tests_in_two_jvms() { # pattern,pattern… flag…
  local some=${1//,/IT,}IT others log=$ROOT/target/other-tests.log pid status=0
  shift
  others="**/*IT,!${some//,/,!}"
  java_tests "$@" -Dit.test="$others" -Dfailsafe.reports="$ROOT/target/failsafe-reports/others" >"$log" 2>&1 &
  pid=$!
  java_tests "$@" -Dit.test="$some" || status=1
  wait "$pid" || status=1
  cat "$log"
  return "$status"
}
