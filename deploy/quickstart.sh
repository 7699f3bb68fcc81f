#!/usr/bin/env bash
# One command from a fresh checkout to an encrypted call: installs, builds, makes a demo set-up, starts
# the whole bundle on loopback and says how to place a test call. A second run starts in seconds.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

usage() {
  cat <<TEXT
usage: deploy/quickstart.sh [options]

  --no-install         trust that packages and libraries are there
  --detach             return as soon as /health says 200; stop it later with --stop
  --stop               stop the bundle of --dir
  --dir DIR            where the demo lives (default ./demo)
  --bind ADDR          address of every listener (default 127.0.0.1)
  --build DIR          build folder (default build/release)
  --port-base N        trunk UDP N, trunk TLS N+1, public UDP and TCP N+2, public TLS N+3, HTTP N+4,
                       RTP N+1000 to N+4999 (default: 5060, 5061, 6070, 6061, 8060, 16384-32767)
  --rtp-ports LOW-HIGH RTP and RTCP ports
  --help               this text

Examples:
  deploy/quickstart.sh
  deploy/quickstart.sh --detach --dir /tmp/second --port-base 20000
  deploy/quickstart.sh --stop --dir /tmp/second
TEXT
}

say() { printf '%s\n' "$*"; }
die() {
  printf 'quickstart: %s\n' "$1" >&2
  exit "${2:-1}"
}
bad_option() { die "$1 (deploy/quickstart.sh --help shows the options)" 64; }

install=yes detach=no stop=no dir=./demo bind=127.0.0.1 build=$root/build/release port_base='' rtp=''
while [ $# -gt 0 ]; do
  case $1 in
    --no-install) install=no ;;
    --detach) detach=yes ;;
    --stop) stop=yes ;;
    --help | -h) usage; exit 0 ;;
    --dir | --bind | --build | --port-base | --rtp-ports)
      [ $# -ge 2 ] || bad_option "$1 needs a value"
      case $1 in
        --dir) dir=$2 ;;
        --bind) bind=$2 ;;
        --build) build=$2 ;;
        --port-base) port_base=$2 ;;
        --rtp-ports) rtp=$2 ;;
      esac
      shift ;;
    *) bad_option "unknown option $1" ;;
  esac
  shift
done

trunk_udp=5060 trunk_tls=5061 public_udp=6070 public_tls=6061 http=8060 rtp_default=16384-32767
if [ -n "$port_base" ]; then
  [[ $port_base =~ ^[0-9]{1,5}$ ]] && [ "$port_base" -ge 1024 ] && [ "$port_base" -le 60535 ] ||
    bad_option "--port-base takes a number from 1024 to 60535, not '$port_base'"
  trunk_udp=$port_base trunk_tls=$((port_base + 1)) public_udp=$((port_base + 2))
  public_tls=$((port_base + 3)) http=$((port_base + 4))
  rtp_default=$((port_base + 1000))-$((port_base + 4999))
fi
rtp=${rtp:-$rtp_default}
[[ $rtp =~ ^[0-9]+-[0-9]+$ ]] || bad_option "--rtp-ports takes LOW-HIGH, not '$rtp'"
[[ $bind =~ ^[0-9a-fA-F.:]+$ ]] || bad_option "--bind takes a numeric address, not '$bind'"
http_host=127.0.0.1

mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
domain=demo.ringfence.test
db=$dir/config.db state=$dir/state certs=$dir/certs run=$dir/run ca=$dir/ca/ca.pem ca_key=$dir/ca/ca.key
log=$dir/ringfence.log env_file=$dir/demo.env

# The pid of the supervisor that this folder's demo.env names, when it is really running.
running_pid() {
  local pid
  pid=$(sed -n 's/^RF_PID=//p' "$env_file" 2>/dev/null) || return 1
  [ -n "$pid" ] && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = ringfence-super ] && echo "$pid"
}

stop_bundle() {
  local pid
  if ! pid=$(running_pid); then
    say "nothing runs in $dir"
    return 0
  fi
  kill -TERM "$pid"
  timeout 10 tail --pid="$pid" -f /dev/null || die "process $pid did not stop within 10 s; its log: $log"
  say "stopped"
}

if [ "$stop" = yes ]; then
  stop_bundle
  exit 0
fi
! pid=$(running_pid) || die "a bundle already runs in $dir (process $pid); stop it with: deploy/quickstart.sh --stop --dir $dir"

build_programs() {
  [ "$install" = no ] || "$root/deploy/install.sh"
  local without_tests=()
  # The tests need packages that a plain build does not.
  [ -f "$build/CMakeCache.txt" ] || without_tests=(-DRINGFENCE_TESTS=OFF)
  cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release "${without_tests[@]}" >/dev/null
  say "building into $build (a first build takes some minutes)"
  cmake --build "$build" --target programs
}
if [ "$install" = yes ] || [ ! -x "$build/bin/ringfence-supervisor" ]; then
  build_programs
fi
ctl=$build/bin/ringfencectl

make_ca() {
  [ ! -f "$ca" ] || return 0
  mkdir -p "$dir/ca"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=Ringfence demo CA" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
    -keyout "$ca_key" -out "$ca" 2>/dev/null
  chmod 600 "$ca_key"
}

# make_certificate FOLDER SUBJECT-ALT-NAMES
make_certificate() {
  local folder=$certs/$1
  [ ! -f "$folder/fullchain.pem" ] || return 0
  mkdir -p "$folder"
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" \
    -keyout "$folder/privkey.pem" -out "$folder/request.pem" 2>/dev/null
  printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\nbasicConstraints=CA:FALSE\n' "$2" >"$folder/extensions"
  openssl x509 -req -in "$folder/request.pem" -CA "$ca" -CAkey "$ca_key" -CAcreateserial -days 825 \
    -extfile "$folder/extensions" -out "$folder/leaf.pem" 2>/dev/null
  cat "$folder/leaf.pem" "$ca" >"$folder/fullchain.pem.new"
  mv "$folder/fullchain.pem.new" "$folder/fullchain.pem"
  rm -f "$folder/request.pem" "$folder/extensions" "$folder/leaf.pem"
  chmod 600 "$folder/privkey.pem"
}

password_of() { sed -n "s/^RF_$1_PASSWORD=//p" "$env_file" 2>/dev/null || true; }

make_database() {
  if [ ! -f "$db" ]; then
    { echo 'PRAGMA journal_mode=WAL;'; cat "$root/schema/current.sql"; } | sqlite3 -bail "$db" >/dev/null
    sqlite3 -bail "$db" "INSERT INTO tenants(name, domain) VALUES('demo', '$domain');
      INSERT INTO listeners(name, side, transport, address, port) VALUES
        ('trunk-udp', 'trunk', 'udp', '$bind', $trunk_udp), ('trunk-tls', 'trunk', 'tls', '$bind', $trunk_tls),
        ('public-udp', 'public', 'udp', '$bind', $public_udp), ('public-tcp', 'public', 'tcp', '$bind', $public_udp),
        ('public-tls', 'public', 'tls', '$bind', $public_tls);"
    alice_password=$(openssl rand -hex 12)
    bob_password=$(openssl rand -hex 12)
    printf '%s' "$alice_password" | "$ctl" --db "$db" extension add alice --tenant demo --password-stdin >/dev/null
    printf '%s' "$bob_password" | "$ctl" --db "$db" extension add bob --tenant demo --password-stdin >/dev/null
  else
    alice_password=$(password_of ALICE)
    bob_password=$(password_of BOB)
    sqlite3 -bail -cmd '.timeout 5000' "$db" "
      UPDATE listeners SET address='$bind', port=$trunk_udp WHERE name='trunk-udp' AND (address, port) != ('$bind', $trunk_udp);
      UPDATE listeners SET address='$bind', port=$trunk_tls WHERE name='trunk-tls' AND (address, port) != ('$bind', $trunk_tls);
      UPDATE listeners SET address='$bind', port=$public_udp WHERE name IN ('public-udp', 'public-tcp') AND (address, port) != ('$bind', $public_udp);
      UPDATE listeners SET address='$bind', port=$public_tls WHERE name='public-tls' AND (address, port) != ('$bind', $public_tls);"
  fi
}

write_env() {
  (umask 077 && cat >"$env_file.new" <<TEXT
RF_HTTP=http://$http_host:$http
RF_TRUNK_UDP=$trunk_udp
RF_TRUNK_TLS=$trunk_tls
RF_PUBLIC_UDP=$public_udp
RF_PUBLIC_TLS=$public_tls
RF_ADDR=$bind
RF_DB=$db
RF_STATE=$state
RF_CERTS=$certs
RF_RUN=$run
RF_CA=$ca
RF_CA_KEY=$ca_key
RF_DOMAIN=$domain
RF_ALICE_PASSWORD=$alice_password
RF_BOB_PASSWORD=$bob_password
RF_CTL=$ctl
RF_PID=$1
RF_LOG=$log
TEXT
  )
  mv "$env_file.new" "$env_file"
}

# The status line of GET /health, or nothing while nobody listens.
health_line() {
  (exec 3<>"/dev/tcp/$http_host/$http" &&
    printf 'GET /health HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$http_host" >&3 && head -n 1 <&3) 2>/dev/null || true
}

wait_healthy() {
  local pid=$1 tries
  for tries in $(seq 1 200); do
    [[ $(health_line) != *' 200 '* ]] || return 0
    kill -0 "$pid" 2>/dev/null || { tail -n 5 "$log" >&2; die "the supervisor stopped; its log: $log"; }
    sleep 0.1
  done
  grep -E ' (WRN|ERR) ' "$log" | tail -n 5 >&2 || true
  die "not healthy after 20 s; ask http://$http_host:$http/health or read $log"
}

print_summary() {
  cat <<TEXT

Ringfence is up.
  trunk side     udp $bind:$trunk_udp   tls $bind:$trunk_tls
  public side    udp and tcp $bind:$public_udp   tls $bind:$public_tls
  RTP            $rtp
  health         http://$http_host:$http/health
  domain         $domain   (CA of its certificate: $ca)
  extensions     alice / $alice_password
                 bob   / $bob_password

Place an encrypted test call:
  RINGFENCE_DB=$db RINGFENCE_CA=$ca $ctl selftest
TEXT
}

mkdir -p "$state" "$certs" "$run"
chmod 700 "$state" "$run"
make_ca
make_certificate "$domain" "DNS:$domain"
make_certificate default "DNS:localhost,IP:127.0.0.1$([ "$bind" = 127.0.0.1 ] || [ "$bind" = 0.0.0.0 ] || echo ",IP:$bind")"
# Carriers of the demo are checked against the demo's own CA as well.
mkdir -p "$certs/trust"
cmp -s "$ca" "$certs/trust/demo-ca.pem" || cp "$ca" "$certs/trust/demo-ca.pem"
make_database

# Else its health would pass for ours.
[ -z "$(health_line)" ] || die "http://$http_host:$http/health answers already: another bundle runs here (--port-base chooses other ports)"

start=("$build/bin/ringfence-supervisor" --db "$db" --state "$state" --certs "$certs" --run "$run"
  --http "$http_host:$http" --rtp-ports "$rtp" --user-prefix none)
[ -n "${RINGFENCE_CONFINE:-}" ] || start+=(--confine auto)
if [ "$detach" = yes ]; then
  setsid "${start[@]}" </dev/null >>"$log" 2>&1 &
  pid=$!
else
  "${start[@]}" </dev/null 2> >(tee -a "$log" >&2) &
  pid=$!
  trap 'kill -TERM "$pid" 2>/dev/null || true' INT TERM
fi
write_env "$pid"
wait_healthy "$pid"
print_summary
[ "$detach" = no ] || exit 0
say "
Ctrl-C stops it."
while kill -0 "$pid" 2>/dev/null; do
  wait "$pid" && status=0 || status=$?
done
exit "${status:-0}"
