#!/bin/bash
# The server's certificate, for init.sh: delivered, rendered by Nomad or made here, checked, and put where reload.conf names it.
# local/certificate: the mode, then one name a line for a self-signed one. secrets/serving is a link that changes as a whole, so that no server ever
# reads a certificate with the key of another one. PostgreSQL itself keeps the old pair where it cannot read the new one, and says so in its log alone.
tls=$secrets/serving

# certificate_names: all names of a self-signed certificate, as openssl takes them.
certificate_names() {
  local name names=
  while IFS= read -r name; do
    [ -n "$name" ] || continue
    if [[ $name =~ ^[0-9.]+$ || $name == *:* ]]; then names+=",IP:$name"; else names+=",DNS:$name"; fi
  done < <({ uname -n; printf '%s\n' localhost 127.0.0.1 ::1; tail -n +2 "$NOMAD_TASK_DIR/certificate"; } | awk '!seen[$0]++')
  printf '%s' "${names#,}"
}

# make_certificate FOLDER: a pair for ten years, unless the one in use has the same names and some of its time left.
make_certificate() {
  local names
  names=$(certificate_names)
  if [ "$(cat "$tls/names" 2>/dev/null)" = "$names" ] && openssl x509 -in "$tls/server.crt" -noout -checkend 2592000 >/dev/null 2>&1; then
    cp "$tls/names" "$tls/server.crt" "$tls/server.key" "$1/" || fail "cannot read $tls"
    return
  fi
  printf '%s' "$names" >"$1/names"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -sha256 -subj "/CN=PostgreSQL $PGN_CLUSTER" \
    -keyout "$1/server.key" -out "$1/server.crt" -extensions server -config <(printf '%s\n' '[req]' 'distinguished_name = none' '[none]' \
      '[server]' 'basicConstraints = critical,CA:FALSE' 'keyUsage = critical,digitalSignature' 'extendedKeyUsage = serverAuth' \
      'subjectKeyIdentifier = hash' "subjectAltName = $names") >"$1/log" 2>&1 ||
    fail "cannot make a certificate: $(tail -n 3 "$1/log" | tr '\n' ' ')"
  rm -f "$1/log"
}

# take_certificate FOLDER: what Nomad rendered for this task, else what was delivered.
take_certificate() {
  local file
  for file in server.crt server.key ca.crt; do
    if [ -f "${NOMAD_SECRETS_DIR:-/nonexistent}/tls/$file" ]; then
      cp "$NOMAD_SECRETS_DIR/tls/$file" "$1/$file"
    elif [ -f "$secrets/tls/$file" ]; then
      cp "$secrets/tls/$file" "$1/$file"
    elif [ "$file" != ca.crt ]; then
      fail "postgres.tls: $file has not been delivered to this node: run Deploy"
    fi || fail "cannot write $1/$file"
  done
}

# check_certificate FOLDER: what PostgreSQL would refuse, or clients would, in words.
check_certificate() {
  local own
  own=$(openssl x509 -in "$1/server.crt" -noout -pubkey 2>/dev/null) || fail "postgres.tls.certificate is no certificate in PEM; the old one stays"
  [ "$own" = "$(openssl pkey -in "$1/server.key" -pubout -passin pass: 2>/dev/null)" ] ||
    fail "postgres.tls.key is not the key of postgres.tls.certificate, or has a passphrase; the old ones stay"
  openssl x509 -in "$1/server.crt" -noout -checkend 0 >/dev/null ||
    fail "postgres.tls.certificate is over since $(openssl x509 -in "$1/server.crt" -noout -enddate | cut -d= -f2); the old one stays"
  [ ! -e "$1/ca.crt" ] || openssl x509 -in "$1/ca.crt" -noout 2>/dev/null || fail "postgres.tls.ca is no certificate in PEM; the old one stays"
}

deliver_certificate() {
  local next=$tls.next place
  [ -e "$NOMAD_TASK_DIR/certificate" ] || return 0
  command -v openssl >/dev/null || fail "openssl is not installed on this node: apt-get install openssl"
  rm -rf "$next" && mkdir -m 700 "$next" || fail "cannot write $next"
  if [ "$(head -n 1 "$NOMAD_TASK_DIR/certificate")" = self_signed ]; then make_certificate "$next"; else take_certificate "$next"; fi
  check_certificate "$next"
  # PostgreSQL refuses a key that others could read.
  chmod 600 "$next"/* || fail "cannot change the mode of $next"
  if diff -r "$tls" "$next" >/dev/null 2>&1; then
    rm -rf "$next"
  else
    place=$tls.$(cat "$next"/* | sha256sum | cut -c 1-16)
    rm -rf "$place" && mv -T "$next" "$place" && sync "$place" && ln -sfn "${place##*/}" "$tls.link" && mv -T "$tls.link" "$tls" && sync "$secrets" ||
      fail "cannot put the certificate in place: $tls"
  fi
  say "certificate: until $(openssl x509 -in "$tls/server.crt" -noout -enddate | cut -d= -f2), $(openssl x509 -in "$tls/server.crt" -noout -fingerprint -sha256)"
  # Clients that verify it need it, and it is no secret.
  [ ! -e "$tls/names" ] || { say "certificate: self-signed for $(cat "$tls/names"); clients name a file with it as sslrootcert:"; cat "$tls/server.crt"; }
}

# Those that a server has read may go once it has read the new ones.
forget_certificates() {
  local old
  for old in "$tls".*; do
    [ ! -d "$old" ] || [ -L "$old" ] || [ "${old##*/}" = "$(readlink "$tls")" ] || rm -rf "$old"
  done
}
