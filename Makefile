# `make` without a target lists all targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help build unit test test-long test-all test-release test-clients size demo verify bench up down crds docs image-files image manifest lint format format-check clean

# Name of the image to build and run. If KUBECONFIG is set, the nodes of that cluster must be able to pull it.
IMAGE ?= localhost/nats-operator:dev
ifeq (,$(findstring :,$(notdir $(IMAGE))))
  $(error IMAGE: $(IMAGE) has no tag; use one such as registry.example.com/nats-operator:1.0)
endif
JAR := target/nats-operator.jar
LOCAL_CLUSTER := local-cluster/local-cluster
MAVEN := mvn --batch-mode --no-transfer-progress
# The local cluster has its own helm and kubectl.
TOOLS = PATH="$$($(LOCAL_CLUSTER) bin):$$PATH"

help: ## lists all targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## runs the walkthrough on a local Kubernetes, which keeps running (or on that of KUBECONFIG, with IMAGE)
	@IMAGE="$(IMAGE)" end-to-end/demo

verify: ## repeats the walkthrough on the cluster of `make demo`
	@KEEP=1 end-to-end/verify

up: ## starts only the local Kubernetes; `local-cluster/local-cluster status` shows its state
	@$(LOCAL_CLUSTER) up

down: ## stops the local Kubernetes and deletes everything except its cache
	@$(LOCAL_CLUSTER) down

build: $(JAR) ## builds the jar without tests

$(JAR): pom.xml $(shell find src/main src/training -type f)
	$(MAVEN) -q -Dmaven.test.skip package
	@touch $@

unit: ## runs only the unit tests
	$(MAVEN) test

test: ## runs the unit tests, most integration tests, and the walkthrough on the local Kubernetes
	$(MAVEN) package
	@touch $(JAR)
	@end-to-end/integration-tests
	@end-to-end/test

test-long: ## runs the tests on the node and other long tests
	@end-to-end/test-long

# The long tests run on the same local Kubernetes, with the same image.
test-all: ## runs `make test` and `make test-long`; CI runs it
	@KEEP_CLUSTER=1 $(MAKE) test && KEEP_IMAGE=1 end-to-end/test-long || { LOCAL_CLUSTER_INSTANCE=1 $(LOCAL_CLUSTER) down; exit 1; }

test-release: ## runs tests of rare faults, of scale and of second versions; run it and `make test-all` before a release
	@end-to-end/test-release
	@end-to-end/test-clients

test-clients: ## tests four client libraries during failures, which takes about 12 minutes
	@end-to-end/test-clients

bench: ## measures speed and memory, and prints a table
	@bench/run

# The formatter must run on the JDK of the toolchain to parse the newest Java.
FORMATTER := com.google.googlejavaformat:google-java-format:1.33.0:jar:all-deps

format: target/format/files ## formats all Java code
	@$(MAVEN) -q validate exec:exec@format -Dformat.mode=--replace

format-check: target/format/files ## fails and lists the files if Java code is not formatted
	@$(MAVEN) -q validate exec:exec@format -Dformat.mode=--dry-run >target/format/unformatted
	@! grep '\.java$$' target/format/unformatted || { echo "Run 'make format' for these files."; exit 1; }

.PHONY: target/format/files
target/format/files:
	@$(MAVEN) -q dependency:copy -Dartifact=$(FORMATTER) -DoutputDirectory=target/format -Dmdep.stripVersion
	@find src -name '*.java' >$@

lint: ## checks the scripts and the chart
	@command -v shellcheck >/dev/null || { echo "shellcheck is missing; install it (on Debian: apt-get install shellcheck)"; exit 1; }
	shellcheck -x -P SCRIPTDIR $$(git ls-files | xargs grep -lE '^#!.*(bash|sh)$$')
	$(TOOLS) helm lint --quiet charts/nats-operator

size: ## prints the size of the code, of the tests and of each page of docs
	@.ci/size

crds: ## generates the CRDs and copies them into the chart
	$(MAVEN) -q process-classes
	@for kind in natsclusters natsserviceroles; do \
	  cp target/classes/META-INF/fabric8/$$kind.nats.io-v1.yml charts/nats-operator/files/crds/$$kind.nats.io.yaml; done

docs: crds ## generates docs/reference.md, the chart's README.md and the list of alerts
	$(MAVEN) -q test-compile exec:exec@docs

BUILD_IMAGE = $(LOCAL_CLUSTER) build-image "$(IMAGE)" . --build-arg "BASE_IMAGE=$$($(LOCAL_CLUSTER) java-base)"

# Removes the signatures of BouncyCastle, which nothing verifies. The JVM keeps every manifest entry of a signed jar (7,700 in
# these) and excludes the jar's classes from the AOT cache. Medians of 3 measurements, with a training run and an AOT cache for
# each variant: 192 MiB resident instead of 198, 29.3 MiB of live old generation instead of 30.5, 10.8 s of CPU instead of 12.0.
define unsigned
  rm -rf target/unsigned && mkdir -p target/unsigned && (cd target/unsigned && jar -xf ../../$(1) \
    && rm META-INF/MANIFEST.MF META-INF/*.SF META-INF/*.RSA) \
    && echo "Multi-Release: true" | jar -cfm $(1) /dev/stdin -C target/unsigned . || exit 1
endef

image-files: $(JAR) ## creates the files for the Dockerfile, for `docker build` or another builder
	@rm -rf target/image
	@java -Djarmode=tools -jar $(JAR) extract --destination target/image
	@$(MAVEN) -q dependency:copy-dependencies -DincludeGroupIds=org.apache.tomcat.embed -DoutputDirectory=target/image/training
	@cp target/nats-operator-training.jar target/image/training/
	@for signed in target/image/lib/bc*.jar; do $(call unsigned,$$signed); done

image: image-files ## builds the container image and loads it into the local Kubernetes
	@$(BUILD_IMAGE) || { echo "Building again without the AOT cache:"; $(BUILD_IMAGE) --target plain; }

# Additional flags for helm, such as '--set replicas=1'.
HELM_FLAGS ?=
NAMESPACE ?= nats-operator-system

manifest: ## renders the chart for `kubectl apply`: the CRDs and the operator in two files (IMAGE, NAMESPACE, HELM_FLAGS)
	@mkdir -p target
	@command -v helm >/dev/null || PATH="$$($(LOCAL_CLUSTER) bin):$$PATH"; image="$(IMAGE)"; \
	  render() { helm template nats-operator charts/nats-operator --namespace "$(NAMESPACE)" --kube-version 1.34 --skip-tests \
	    --set-string image.repository="$${image%:*}",image.tag="$${image##*:}" $(HELM_FLAGS) "$$@"; }; \
	  render --set crds.install=true --show-only templates/crds.yaml >target/nats-operator-crds.yaml && \
	  render --set crds.install=false >target/nats-operator.yaml
	@echo "Apply both files; docs/install.md explains how to remove them:"
	@echo "  kubectl apply --server-side -f target/nats-operator-crds.yaml"
	@echo "  kubectl create namespace $(NAMESPACE)"
	@echo "  kubectl apply --namespace $(NAMESPACE) -f target/nats-operator.yaml"

clean: ## deletes all build output
	rm -rf target
