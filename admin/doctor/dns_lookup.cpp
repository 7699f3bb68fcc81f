#include "admin/doctor/dns_lookup.hpp"

#include <fmt/format.h>

#include <map>

#include "admin/selftest/waiter.hpp"
#include "sip-core/location/locator.hpp"
#include "sip-core/shell/resolver.hpp"

namespace ringfence::admin {
namespace {

using namespace sip_core;

constexpr std::chrono::seconds kPatience{12};  // three questions one after the other

std::string_view name_of(RecordType type) {
  switch (type) {
    case RecordType::naptr:
      return "NAPTR";
    case RecordType::srv:
      return "SRV";
    case RecordType::address:
      return "A/AAAA";
  }
  return "";
}

std::string outcome_of(const DnsResult& result) {
  if (!result) return result.error().fault == DnsFault::absent ? "none" : result.error().reason;
  const auto count =
      std::visit([](const auto& records) { return records.size(); }, result->records);
  return std::to_string(count);
}

// One location, carried out: what the locator asks goes to the resolver until it knows enough.
class Search {
 public:
  Search(const Trunk& trunk, const std::string& name_servers)
      : hop_(next_hop_of(trunk)), waiter_(loop_) {
    auto resolver = Resolver::make(loop_, name_servers,
                                   [this](NameResolved answer) { on_resolved(std::move(answer)); });
    if (resolver) {
      resolver_ = std::move(*resolver);
    } else {
      result_.reason = resolver.error().message;
    }
  }

  admin::Located run() {
    if (!resolver_) return result_;
    step();
    waiter_.until([this] { return over_; }, kPatience);
    if (!over_) result_.reason = "the name servers do not answer in time";
    return result_;
  }

 private:
  void step() {
    Actions actions;
    const auto located = locator_.locate(hop_, loop_.now(), actions);
    for (const Action& action : actions) {
      if (const auto* ask = std::get_if<ResolveName>(&action)) {
        asked_[ask->query] = fmt::format("{} {}", name_of(ask->type), ask->name);
        resolver_->resolve(ask->query, ask->type, ask->name);
      }
    }
    over_ = located.state == sip_core::Located::State::failed ||
            (located.state == sip_core::Located::State::found && located.complete);
    result_.targets = located.targets;
    result_.reason = located.reason;
  }

  void on_resolved(NameResolved answer) {
    if (const auto found = asked_.find(answer.query); found != asked_.end()) {
      result_.asked.push_back(found->second + ": " + outcome_of(answer.result));
    }
    Actions actions;
    cache_.on_resolved(answer, loop_.now(), actions);
    step();
    waiter_.wake();
  }

  NextHop hop_;
  Loop loop_;
  Waiter waiter_;
  SystemRandom random_;
  Identifiers ids_;
  DnsCache cache_{ids_};
  Locator locator_{cache_, random_};
  std::unique_ptr<Resolver> resolver_;
  std::map<QueryId, std::string> asked_;
  admin::Located result_;
  bool over_ = false;
};

}  // namespace

Located locate(const Trunk& trunk, const std::string& name_servers) {
  return Search(trunk, name_servers).run();
}

}  // namespace ringfence::admin
