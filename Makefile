# `make` alone lists what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help build unit test test-all demo verify bench up down crds docs image-files image manifest lint format format-check clean

# Name of the image that is built and run; where KUBECONFIG names a cluster of your own: one that its nodes can pull.
IMAGE ?= localhost/nats-operator:dev
ifeq (,$(findstring :,$(notdir $(IMAGE))))
  $(error IMAGE=$(IMAGE) has no tag; give it one, as in IMAGE=registry.example.com/nats-operator:1.0)
endif
JAR := target/nats-operator.jar
LOCAL_CLUSTER := local-cluster/local-cluster
MAVEN := mvn --batch-mode --no-transfer-progress
# The local cluster brings its own helm and kubectl.
TOOLS = PATH="$$($(LOCAL_CLUSTER) bin):$$PATH"

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## the walkthrough on a real Kubernetes, step by step; leaves it up to play with (honours KUBECONFIG, then with IMAGE)
	@IMAGE="$(IMAGE)" end-to-end/demo

verify: ## the walkthrough again, on the cluster that `make demo` left
	@KEEP=1 end-to-end/verify

up: ## the local Kubernetes alone; `local-cluster/local-cluster status` says more
	@$(LOCAL_CLUSTER) up

down: ## ends the local Kubernetes and removes all but its cache
	@$(LOCAL_CLUSTER) down

build: $(JAR) ## the jar, without tests

$(JAR): pom.xml $(shell find src/main src/training -type f)
	$(MAVEN) -q -Dmaven.test.skip package
	@touch $@

unit: ## unit tests alone
	$(MAVEN) test

test: ## all tests: unit, integration, end to end on the local Kubernetes
	$(MAVEN) verify
	@touch $(JAR)
	@end-to-end/test

test-all: test ## and those that are rare and long: certificates rotate, components of Kubernetes fail, the operator is killed
	@end-to-end/test-long

bench: ## measures speed and size, and prints the table
	@bench/run

# Only a formatter that runs on the JDK of the toolchain can read the newest Java.
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
	shellcheck -x -P SCRIPTDIR end-to-end/demo end-to-end/test end-to-end/test-long end-to-end/verify .ci/run certs/make example/*/verify.sh
	$(TOOLS) helm lint --quiet charts/nats-operator

crds: ## generates the CRDs and copies them into the chart
	$(MAVEN) -q process-classes
	@for kind in natsclusters natsserviceroles; do \
	  cp target/classes/META-INF/fabric8/$$kind.nats.io-v1.yml charts/nats-operator/files/crds/$$kind.nats.io.yaml; done

docs: crds ## generates docs/reference.md from the CRDs
	$(MAVEN) -q test-compile exec:exec@docs

BUILD_IMAGE = $(LOCAL_CLUSTER) build-image "$(IMAGE)" . --build-arg "BASE_IMAGE=$$($(LOCAL_CLUSTER) java-base)"

# Removes the signatures of BouncyCastle, which nothing verifies. The JVM keeps every manifest entry of a signed jar (7,700 in
# these) and leaves the jar's classes out of the AOT cache. Measured with a training run and an AOT cache for each variant, median
# of 3: 192 MiB resident instead of 198, 29.3 MiB of live old generation instead of 30.5, 10.8 s of CPU instead of 12.0.
define unsigned
  rm -rf target/unsigned && mkdir -p target/unsigned && (cd target/unsigned && jar -xf ../../$(1) \
    && rm META-INF/MANIFEST.MF META-INF/*.SF META-INF/*.RSA) \
    && echo "Multi-Release: true" | jar -cfm $(1) /dev/stdin -C target/unsigned . || exit 1
endef

image-files: $(JAR) ## what the Dockerfile needs, for `docker build` or another builder
	@rm -rf target/image
	@java -Djarmode=tools -jar $(JAR) extract --destination target/image
	@cp target/nats-operator-training.jar target/image/training.jar
	@for signed in target/image/lib/bc*.jar; do $(call unsigned,$$signed); done

image: image-files ## the container image, loaded into the local Kubernetes
	@$(BUILD_IMAGE) || { echo "again, without the AOT cache:"; $(BUILD_IMAGE) --target plain; }

# Whatever else the chart shall be told, such as '--set replicas=1'.
HELM_FLAGS ?=
NAMESPACE ?= nats-io

manifest: ## the chart as one file for `kubectl apply`: target/nats-operator.yaml (takes IMAGE, NAMESPACE, HELM_FLAGS)
	@mkdir -p target
	@command -v helm >/dev/null || PATH="$$($(LOCAL_CLUSTER) bin):$$PATH"; image="$(IMAGE)"; \
	  helm template nats-operator charts/nats-operator --namespace "$(NAMESPACE)" --kube-version 1.34 \
	    --set-string image.repository="$${image%:*}",image.tag="$${image##*:}" $(HELM_FLAGS) >target/nats-operator.yaml
	@echo "target/nats-operator.yaml; apply it with: kubectl create namespace $(NAMESPACE); kubectl apply --namespace $(NAMESPACE) -f target/nats-operator.yaml"

clean: ## removes what was built here
	rm -rf target
