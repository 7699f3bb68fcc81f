#include "tls-front/front/supervisor_messages.hpp"

#include <algorithm>

namespace ringfence::tls_front {
namespace {

std::int64_t unix_ms(WallTime time) {
  return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

std::int64_t unix_s(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

// One entry per pair; the error, where there is one, stands at the name's first.
void write_certificate(const CertificateStore::Entry& entry, proto::TlsFrontHealth& out) {
  const std::size_t pairs = entry.served ? entry.served->pairs.size() : 0;
  for (std::size_t i = 0; i < std::max<std::size_t>(pairs, 1); ++i) {
    proto::CertificateHealth& written = *out.add_certificates();
    written.set_sni(entry.name);
    if (i == 0) {
      written.set_error(entry.error);
      written.set_newest_key(entry.newest_key);
    }
    if (i >= pairs) continue;
    const ServedPair& pair = entry.served->pairs[i];
    written.set_thumbprint_sha256(pair.thumbprint_sha256);
    written.set_not_after_unix(unix_s(pair.not_after));
    written.set_key_type(pair.key_type);
    for (const std::string& warning : pair.warnings)
      written.add_warnings(warning);
    if (i >= entry.trials.size()) continue;
    written.set_confirmed(entry.trials[i].confirmed);
    written.set_stapled(entry.trials[i].stapled);
  }
}

}  // namespace

std::optional<ListenerFacts> read_listener(const proto::ListenerSocket& socket) {
  ListenerFacts facts;
  facts.id = ListenerId(socket.listener_id());
  const auto address = IpAddress::parse(socket.address());
  if (!address || socket.port() > UINT16_MAX) return std::nullopt;
  facts.address = {*address, static_cast<Port>(socket.port())};
  if (socket.side() == "trunk") {
    facts.side = Side::trunk;
  } else if (socket.side() != "public") {
    return std::nullopt;
  }
  if (socket.transport() == "tcp") {
    facts.transport = StreamTransport::tcp;
  } else if (socket.transport() != "tls") {
    return std::nullopt;
  }
  return facts;
}

std::vector<Blocklist::Blocked> read_blocklist(const proto::Blocklist& stored, TimePoint now,
                                               WallTime wall_now) {
  std::vector<Blocklist::Blocked> blocked;
  for (const proto::BlockedSource& entry : stored.sources()) {
    const auto source = Source::parse(entry.source());
    if (!source) continue;
    const std::chrono::milliseconds left(entry.until_unix_ms() - unix_ms(wall_now));
    blocked.push_back({*source, now + left, entry.failures()});
  }
  return blocked;
}

void write_blocklist(const std::vector<Blocklist::Blocked>& blocked, TimePoint now,
                     WallTime wall_now, proto::Blocklist& out) {
  for (const Blocklist::Blocked& entry : blocked) {
    proto::BlockedSource& written = *out.add_sources();
    written.set_source(entry.source.to_string());
    written.set_until_unix_ms(
        unix_ms(wall_now + std::chrono::duration_cast<WallTime::duration>(entry.until - now)));
    written.set_failures(entry.failures);
  }
}

void write_health(const HealthSources& sources, TimePoint now, proto::TlsFrontHealth& out) {
  for (const auto& [id, port] : sources.acceptor.ports()) {
    if (port.facts.transport != StreamTransport::tls) continue;
    proto::PortHealth& written = *out.add_ports();
    written.set_listener_id(id.value);
    written.set_handshakes_ok(port.statistics.handshakes_ok);
    written.set_handshakes_failed(port.statistics.handshakes_failed);
    written.set_in_flight(sources.acceptor.governor().in_flight(id));
    written.set_over_cap(port.statistics.over_cap);
  }
  for (const CertificateStore::Entry* entry : sources.certificates.entries())
    write_certificate(*entry, out);
  out.set_blocklist_active(static_cast<std::uint32_t>(sources.blocklist.active(now)));
  out.set_blocklist_lifetime(sources.blocklist.blocked_lifetime());
  out.set_connections(static_cast<std::uint32_t>(sources.connections));
  for (const Counter& counter : sources.counters.all())
    (*out.mutable_counters())[counter.name] = counter.value;
  (*out.mutable_counters())["blocklist_evictions_total"] = sources.blocklist.evictions();
}

}  // namespace ringfence::tls_front
