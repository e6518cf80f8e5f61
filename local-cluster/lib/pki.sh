# shellcheck shell=bash
# Temporary certificates and kubeconfigs, generated at every start.

EC=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)

make_ca() { # folder
  mkdir -p "$1"
  openssl req -x509 "${EC[@]}" -keyout "$1/ca.key" -out "$1/ca.crt" -days 365 -subj /CN=local-cluster-ca 2>/dev/null
  # RSA as on most real clusters, so that tokens have the same size.
  openssl genrsa -out "$1/sa.key" 2048 2>/dev/null
  openssl rsa -in "$1/sa.key" -pubout -out "$1/sa.pub" 2>/dev/null
}

make_certificate() { # folder name subject subjectAltName
  local file=$1/$2
  # Uses the older PEM format, which every client reads. Some clients read a key in the newer format as RSA.
  openssl ecparam -genkey -name prime256v1 -noout -out "$file.key" 2>/dev/null
  openssl req -new -key "$file.key" -out "$file.csr" -subj "$3" 2>/dev/null
  openssl x509 -req -in "$file.csr" -CA "$1/ca.crt" -CAkey "$1/ca.key" -CAcreateserial -days 365 -out "$file.crt" \
    -extfile <(echo "subjectAltName=$4" && echo "extendedKeyUsage=serverAuth,clientAuth") 2>/dev/null
}

make_apiserver_certificate() { # folder extra-ip…
  local folder=$1 ips
  shift
  ips=$(printf ',IP:%s' "$@")
  make_certificate "$folder" apiserver /CN=kube-apiserver \
    "DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,IP:127.0.0.1$ips"
}

write_kubeconfig() { # folder certificate-name server file
  local key=$1/$2
  (umask 077 && cat >"$4.new") <<END
apiVersion: v1
kind: Config
current-context: local-cluster
contexts: [{name: local-cluster, context: {cluster: local-cluster, user: $2}}]
clusters: [{name: local-cluster, cluster: {server: "$3", certificate-authority-data: $(base64 -w0 "$1/ca.crt")}}]
users: [{name: $2, user: {client-certificate-data: $(base64 -w0 "$key.crt"), client-key-data: $(base64 -w0 "$key.key")}}]
END
  mv "$4.new" "$4" # so that readers never see an incomplete file
}
