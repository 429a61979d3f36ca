#!/bin/bash
# mkcerts.sh CERTDIR : a throw-away CA (ca.crt) and three server certificates signed by it:
#   server     localhost, 127.0.0.1, ::1
#   wrongname  example.invalid            (for tests that must refuse it)
#   expired    localhost, ended yesterday (for tests that must refuse it)
# each as NAME.key, NAME.crt and NAME.pem (key, certificate and CA). Does nothing when they exist.
set -eu
certs=$1
[ -s "$certs/complete" ] && exit 0
mkdir -p "$certs"
cd "$certs"
umask 022

new_key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }

new_key ca
openssl req -x509 -new -key ca.key -sha256 -days 3650 -subj "/CN=imap-machine test CA" \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign -out ca.crt

certificate() { # name, common name, subjectAltName, days
  new_key "$1"
  openssl req -new -key "$1.key" -subj "/CN=$2" -out "$1.csr"
  printf '%s\n' "subjectAltName=$3" "basicConstraints=CA:FALSE" "keyUsage=digitalSignature" \
    "extendedKeyUsage=serverAuth" >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -sha256 \
    -extfile "$1.ext" -days "$4" -out "$1.crt" 2>mkcerts.log || { cat mkcerts.log >&2; return 1; }
  cat "$1.key" "$1.crt" ca.crt >"$1.pem"
  rm "$1.csr" "$1.ext"
}

certificate server localhost "DNS:localhost,IP:127.0.0.1,IP:::1" 3650
certificate wrongname example.invalid "DNS:example.invalid" 3650
certificate expired localhost "DNS:localhost,IP:127.0.0.1" -1

chmod 644 ./*.key ./*.pem # throw-away keys; an unprivileged server reads them
echo yes >complete
