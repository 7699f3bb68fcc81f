#include "admin/command/examples.hpp"

#include <array>

namespace ringfence::admin {

const std::string_view kExamples = R"(
Examples:
  ringfencectl tenant add acme --domain acme.example
  ringfencectl extension add alice --tenant acme --generate-password
  ringfencectl trunk add Telco --tenant acme --host sip.telco.example --tls --srtp
  ringfencectl route add --tenant acme --pattern '*' --trunk Telco
  ringfencectl did add 4930123 --tenant acme --target ext:alice
  ringfencectl doctor
  ringfencectl selftest
  ringfencectl status

A row is named as list shows it: acme, acme/Telco, alice@acme.example, 3.
Every change is in force within two seconds.
Exit status: 0 done, 1 not done (the reason is on stderr), 64 not understood.)";

const std::string_view kStatusExamples = R"(
Exit status 1 where anything is not as it should be.

Examples:
  ringfencectl status
  ringfencectl status --json
  ringfencectl --http 127.0.0.1:8061 status)";

const std::string_view kSelftestExamples = R"(
Two phones register over TLS at the public TLS listener, one calls the other, and a tone goes each
way as SRTP. Their two extensions, selftest-XXXX, are there only meanwhile. The box is used as any
phone would use it; it must run on this machine or be reachable at its listener's address.

Examples:
  ringfencectl selftest
  ringfencectl selftest --tenant acme --seconds 10
  RINGFENCE_DB=demo/config.db RINGFENCE_CA=demo/ca/ca.pem ringfencectl selftest)";

const std::string_view kRestartExamples = R"(
Examples:
  ringfencectl restart tls-front
  ringfencectl restart media-worker-0)";

const std::string_view kBlocklistExamples = R"(
A source with more than blocklist_failures failed handshakes within blocklist_window_s is refused on
every TLS and TCP port for blocklist_duration_s. An IPv6 source is its /64.

Examples:
  ringfencectl blocklist list
  ringfencectl blocklist rm 203.0.113.7
  ringfencectl blocklist rm 2001:db8:1:2::5)";

const std::string_view kCallsExamples = R"(
call-id is the caller's; trace finds the call by it. Leg a is the caller's, leg b the called one's.
With --since: the records of calls that are over, kept for cdr_keep_days, with what protected each
leg. Times are UTC. With --verify: each record carries the hash of the one before it and of itself,
so one that was removed or altered shows; exit status 1.

Examples:
  ringfencectl calls
  ringfencectl calls --verify
  ringfencectl calls --since 24h
  ringfencectl calls --since 2026-11-01 --until 2026-12-01 --tenant acme --csv > november.csv)";

const std::string_view kAclExplainExamples = R"(
The rules are those of the database, decided by the box's own code: the first that fits, by
priority. A deny by address spares private sources unless its force is 1; one by number spares
emergency numbers.

Examples:
  ringfencectl acl explain 203.0.113.7
  ringfencectl acl explain 203.0.113.7 alice@acme.example 0900123456)";

const std::string_view kRouteExplainExamples = R"(
The way is that of the database, found by the box's own code: an extension of the tenant, then a DID
of its, then the routes whose pattern fits, by priority. A trunk's call reaches DIDs only.

Examples:
  ringfencectl route explain --tenant acme --from alice --to 030123456
  ringfencectl route explain --tenant acme --from trunk:Telco --to 4930123)";

const std::string_view kDoctorExamples = R"(
Each trunk is looked up in the DNS, connected to, its certificate judged as the box judges it, asked
with OPTIONS and, where it registers, with REGISTER without a Contact, which tries the password and
changes nothing. Exit status 1 where anything is wrong.

Examples:
  ringfencectl doctor
  ringfencectl doctor acme/Telco)";

const std::string_view kSqlExamples = R"(
state.db is attached as "state", for reading only. v_trunks, v_extensions, v_calls and v_past_calls
join it with the configuration and with what /health says at the start.

Examples:
  ringfencectl sql
  ringfencectl sql 'SELECT label, state, last_error FROM v_trunks'
  ringfencectl sql --json 'SELECT * FROM v_past_calls ORDER BY id DESC LIMIT 10')";

const std::string_view kDrainExamples = R"(
New calls are answered with 503, but those to emergency numbers; the calls that there are go on. With
the last one the box ends as at SIGTERM. Ctrl-C ends the watching and not the drain.

Examples:
  ringfencectl drain
  ringfencectl drain 600)";

const std::string_view kRecordingExamples = R"(
A recording is a folder: segments of sound, recording.json with the facts of the call, and the
manifest, which holds their hashes and is signed. verify names what was altered, removed, swapped or
added, or signed with another key; exit status 1 then. deploy/RECORDING.md does the same with
sha256sum and openssl alone.

Examples:
  ringfencectl recording list
  ringfencectl recording verify 20261126T101500Z-3fa9c1d2
  ringfencectl recording verify /mnt/court/20261126T101500Z-3fa9c1d2 --key recorder.pem)";

const std::string_view kCompletionExamples = R"(
Examples:
  source <(ringfencectl completion bash)
  ringfencectl completion bash > /etc/bash_completion.d/ringfencectl)";

const std::string_view kRegistrationsExamples = R"(
One line per contact. Where the peer is shown as closed, its connection is lost: it is not
called until it is back.

Examples:
  ringfencectl registrations
  ringfencectl registrations --json)";

const std::string_view kTraceExamples = R"(
First what is still held of the past (setting trace_ring_kib), then live, until the call is over or
Ctrl-C. Keys, digests and passwords are masked. A capture holds TLS legs in the clear, with our own
port of them written as 5060. A slow terminal misses messages, and says so; the box never waits.

Examples:
  ringfencectl trace
  ringfencectl trace alice
  ringfencectl trace 3848276298220188511@192.0.2.7 --full
  ringfencectl trace alice@acme.example --seconds 60 --pcap alice.pcap
  ringfencectl trace --seconds 0 --json)";

namespace {

struct RowExample {
  std::string_view noun;
  std::string_view verb;
  std::string_view line;
};

constexpr std::array kRowExamples = {
    RowExample{"tenant", "add", "tenant add acme --domain acme.example"},
    RowExample{"tenant", "set", "tenant set acme sips_policy=strict"},
    RowExample{"trunk", "add",
               "trunk add Telco --tenant acme --host sip.telco.example --tls --srtp \\\n"
               "      --username 4930123 --register --password-stdin < password.txt"},
    RowExample{"trunk", "list", "trunk list --tenant acme"},
    RowExample{"trunk", "set", "trunk set acme/Telco tls=1 srtp=1 max_calls="},
    RowExample{"trunk", "rm", "trunk rm acme/Telco"},
    RowExample{"extension", "add", "extension add alice --tenant acme --generate-password"},
    RowExample{"extension", "add",
               "extension add bob@acme.example --srtp required --password-stdin"},
    RowExample{"extension", "set", "extension set alice@acme.example srtp=required"},
    RowExample{"extension", "set", "extension set alice@acme.example --generate-password"},
    RowExample{"did", "add", "did add 4930123 --tenant acme --target ext:alice"},
    RowExample{"did", "set", "did set acme/4930123 target=trunk:Telco"},
    RowExample{"group", "add", "group add desk --tenant acme --mode order --members alice,bob"},
    RowExample{"group", "set", "group set acme/desk members=bob,alice timeout_s=30"},
    RowExample{"route", "add", "route add --tenant acme --pattern '0*' --trunk Telco --strip 1"},
    RowExample{"route", "set", "route set 3 priority=10"},
    RowExample{"acl", "add", "acl add --action deny --kind cidr --pattern 203.0.113.0/24"},
    RowExample{"listener", "add", "listener add phones --side public --transport tls --port 6061"},
    RowExample{"listener", "set", "listener set phones advertised_address=198.51.100.7"},
    RowExample{"setting", "list", "setting list"},
    RowExample{"setting", "set", "setting set handshake_cap 500"},
};

}  // namespace

std::string row_examples(const RowKind& kind, std::string_view verb) {
  std::string text;
  for (const RowExample& example : kRowExamples) {
    if (example.noun != kind.noun || (!verb.empty() && example.verb != verb)) continue;
    text += text.empty() ? "\nExamples:" : "";
    text += "\n  ringfencectl " + std::string(example.line);
  }
  return text;
}

}  // namespace ringfence::admin
