#include "admin/doctor/trunk_check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "admin/doctor/carrier_link.hpp"
#include "admin/doctor/carrier_requests.hpp"
#include "admin/doctor/certificate_facts.hpp"
#include "admin/doctor/dns_lookup.hpp"
#include "sip-core/message/parser.hpp"

namespace ringfence::admin {
namespace {

namespace sip = sip_core::sip;
using sip_core::TransportKind;
using tls_front::VerifyMode;

constexpr std::chrono::seconds kConnect{3};
constexpr std::chrono::seconds kHandshake{5};
constexpr std::chrono::milliseconds kFirstWait{500};  // T1 of RFC 3261; doubled for UDP
constexpr int kTransmissions = 4;
constexpr std::chrono::seconds kStreamWait{5};
constexpr std::size_t kMostTargets = 4;
constexpr long kExpirySoonDays = 14;

class TrunkCheck {
 public:
  TrunkCheck(const sip_core::Trunk& trunk, const TrunkName& name,
             const tls_front::TlsEngine& engine, const TrunkCheckPlaces& places)
      : trunk_(trunk), name_(name), engine_(engine), places_(places) {
    if (!trunk.client_certificate.empty()) {
      shown_ = client_certificate(places.certificates, trunk.client_certificate);
      if (!shown_) {
        add(Severity::bad, "the client certificate " + places.certificates + "/" +
                               trunk.client_certificate + " cannot be read");
      }
    }
  }

  Findings run() {
    const Located located = locate(trunk_, places_.name_servers);
    const std::string asked = located.asked.empty()
                                  ? std::string()
                                  : fmt::format(" ({})", fmt::join(located.asked, "; "));
    if (located.targets.empty()) {
      add(Severity::bad, fmt::format("{} is not found: {}{}; is host right, and do the name "
                                     "servers answer?",
                                     trunk_.host, located.reason, asked));
      return std::move(findings_);
    }
    std::vector<std::string> places;
    for (const SocketAddress& target : located.targets)
      places.push_back(target.to_string());
    add(Severity::good, fmt::format("{} is at {}{}", trunk_.host, fmt::join(places, ", "), asked));
    check_targets(located.targets);
    return std::move(findings_);
  }

 private:
  void add(Severity severity, std::string sentence) {
    findings_.push_back({severity, "trunk " + name_.full, std::move(sentence)});
  }
  void add(Finding finding) { add(finding.severity, std::move(finding.sentence)); }
  void add_failure(const SocketAddress& target, const LinkFailure& failure) {
    const bool about_certificate = failure.kind == LinkFailure::Kind::certificate_expired ||
                                   failure.kind == LinkFailure::Kind::certificate_name ||
                                   failure.kind == LinkFailure::Kind::certificate_not_yet;
    add(Severity::bad, advice_on_link(trunk_, name_, target, failure,
                                      about_certificate ? certificate_at(target) : std::nullopt));
  }

  // The box goes on to the next target: while one is well the others are no more than a warning.
  void check_targets(const std::vector<SocketAddress>& targets) {
    const std::size_t before = findings_.size();
    bool one_is_well = false;
    for (std::size_t i = 0; i < targets.size() && i < kMostTargets; ++i) {
      const std::size_t begin = findings_.size();
      check_target(targets[i]);
      one_is_well = one_is_well || std::none_of(findings_.begin() + offset(begin), findings_.end(),
                                                [](const Finding& f) { return is_bad(f); });
    }
    if (!one_is_well) return;
    std::for_each(findings_.begin() + offset(before), findings_.end(), [](Finding& finding) {
      if (is_bad(finding)) finding.severity = Severity::warning;
    });
  }
  static bool is_bad(const Finding& finding) { return finding.severity == Severity::bad; }
  static std::ptrdiff_t offset(std::size_t index) { return static_cast<std::ptrdiff_t>(index); }

  // Whatever it is worth: to say whom it is for. Nothing is said over such a connection.
  std::optional<CertificateFacts> certificate_at(const SocketAddress& target) const {
    auto link = CarrierLink::connect(TransportKind::tls, target, kConnect);
    if (!link) return std::nullopt;
    const auto secured =
        link->secure(engine_, {trunk_.next_host(), VerifyMode::none}, shown_.get(), kHandshake);
    X509* certificate = secured ? link->session()->peer_certificate() : nullptr;
    if (certificate == nullptr) return std::nullopt;
    return facts_of(*certificate);
  }

  void check_target(const SocketAddress& target) {
    auto link = CarrierLink::connect(trunk_.transport(), target, kConnect);
    if (!link) return add_failure(target, link.error());
    if (trunk_.tls) {
      const auto secured = link->secure(
          engine_, {trunk_.next_host(), tls_front::parse_verify_mode(trunk_.tls_verify)},
          shown_.get(), kHandshake);
      if (!secured) return add_failure(target, secured.error());
      tell_of_tls(target, *link->session());
    } else if (trunk_.tcp) {
      add(Severity::good, target.to_string() + " takes connections");
    }
    ask(target, *link);
  }

  void tell_of_tls(const SocketAddress& target, const tls_front::TlsSession& session) {
    std::string sentence = fmt::format("{} speaks {} with {}", target.to_string(),
                                       session.facts().version, session.facts().cipher);
    Severity severity = Severity::good;
    if (X509* certificate = session.peer_certificate()) {
      const CertificateFacts facts = facts_of(*certificate);
      sentence += fmt::format("; its certificate, for {}, is valid until {}",
                              facts.names.empty() ? "no name" : facts.names, facts.not_after);
      if (facts.days_left < kExpirySoonDays) severity = Severity::warning;
    }
    if (trunk_.tls_verify == "none") {
      severity = Severity::warning;
      sentence += "; nobody checks it (tls_verify is none)";
    }
    add(severity, std::move(sentence));
  }

  void ask(const SocketAddress& target, CarrierLink& link) {
    CarrierRequests requests(trunk_, link.local(), random_);
    const auto options = exchange(target, link, requests, requests.options());
    if (!options) return;
    add(finding_on_options(options->status_code(), std::string(options->reason())));
    if (trunk_.registers) check_password(target, link, requests);
  }

  void check_password(const SocketAddress& target, CarrierLink& link, CarrierRequests& requests) {
    auto answer = exchange(target, link, requests, requests.bindings());
    Answered answered = Answered::no;
    if (answer && (answer->status_code() == 401 || answer->status_code() == 407)) {
      auto again = requests.answer(*answer);
      if (!again) {
        return add(Severity::bad,
                   "the carrier asks for a password in a way that is not understood: digest with "
                   "MD5 or SHA-256 is");
      }
      answered = Answered::yes;
      answer = exchange(target, link, requests, *again);
    }
    if (!answer) return;
    add(finding_on_register(trunk_, name_, answer->status_code(), std::string(answer->reason()),
                            answered));
  }

  // The final response; nullopt: none, and that is told.
  std::optional<sip::Message> exchange(const SocketAddress& target, CarrierLink& link,
                                       const CarrierRequests& requests,
                                       const sip::OutgoingMessage& request) {
    const bool datagrams = trunk_.transport() == TransportKind::udp;
    Duration wait = datagrams ? Duration(kFirstWait) : Duration(kStreamWait);
    for (int sent = 0; sent < (datagrams ? kTransmissions : 1); ++sent, wait *= 2) {
      auto answer = link.send(request.serialize());
      if (!answer) return add_failure(target, answer.error()), std::nullopt;
      const TimePoint until = std::chrono::steady_clock::now() + wait;
      for (;;) {
        const auto octets = link.receive(until - std::chrono::steady_clock::now());
        if (!octets) return add_failure(target, octets.error()), std::nullopt;
        if (!*octets) break;
        auto response = sip::parse(**octets);
        if (response && requests.is_answer(*response)) return std::move(*response);
      }
    }
    add(Severity::bad,
        fmt::format("{} does not answer {}: {}", target.to_string(), request.method(),
                    datagrams ? "nothing listens there, a firewall drops it, or the "
                                "carrier does not know our address"
                              : "it takes connections and speaks no SIP"));
    return std::nullopt;
  }

  const sip_core::Trunk& trunk_;
  const TrunkName& name_;
  const tls_front::TlsEngine& engine_;
  const TrunkCheckPlaces& places_;
  tls_front::SslContextPtr shown_;
  SystemRandom random_;
  Findings findings_;
};

}  // namespace

Findings check_trunk(const sip_core::Trunk& trunk, const TrunkName& name,
                     const tls_front::TlsEngine& engine, const TrunkCheckPlaces& places) {
  return TrunkCheck(trunk, name, engine, places).run();
}

}  // namespace ringfence::admin
