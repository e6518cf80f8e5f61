# shellcheck shell=bash
# Common parts of the node's API server and of api-server-standalone.sh.

common_apiserver_flags() { # pki folder
  echo "--client-ca-file=$1/ca.crt" "--tls-cert-file=$1/apiserver.crt" "--tls-private-key-file=$1/apiserver.key" \
    --service-account-issuer=https://kubernetes.default.svc \
    "--service-account-key-file=$1/sa.pub" "--service-account-signing-key-file=$1/sa.key"
}

# Does not use kubectl, whose start takes more time than the response.
api_server_ready() { # pki folder, address
  printf 'GET /readyz HTTP/1.0\r\n\r\n' |
    timeout 5 openssl s_client -quiet -connect "$2" -cert "$1/admin.crt" -key "$1/admin.key" 2>/dev/null | grep -q '^HTTP.* 200'
}
