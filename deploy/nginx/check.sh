#!/usr/bin/env bash
# Whether nginx takes the configuration, with a certificate made for the occasion.
set -euo pipefail
cd "$(dirname "$0")"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost \
  -keyout "$folder/privkey.pem" -out "$folder/fullchain.pem" 2>/dev/null
# The upstream's name exists inside the compose network only; Debian 12's nginx spells HTTP/2 the old way.
sed -e "s#/etc/nginx/certificates#$folder#; s#/var/log/nginx#$folder#; s#points-bank:8080#127.0.0.1:8080#" \
  -e 's/listen 443 ssl;/listen 443 ssl http2;/; /^ *http2 on;$/d' points-bank.conf >"$folder/site.conf"
printf 'pid %s/pid; error_log stderr; events {} http { include %s/site.conf; }\n' "$folder" "$folder" >"$folder/nginx.conf"
nginx -t -q -c "$folder/nginx.conf"
echo "nginx takes the configuration"
