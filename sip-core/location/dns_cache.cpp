#include "sip-core/location/dns_cache.hpp"

#include <algorithm>
#include <utility>

#include "sip-core/location/dns_name.hpp"

namespace ringfence::sip_core {
namespace {

char letter(RecordType type) {
  switch (type) {
    case RecordType::naptr:
      return 'n';
    case RecordType::srv:
      return 's';
    case RecordType::address:
      return 'a';
  }
  return 'a';
}

}  // namespace

DnsCache::Lookup DnsCache::lookup(RecordType type, std::string_view name, TimePoint now,
                                  Actions& actions) {
  const std::string plain = lower_dns_name(name);
  const std::string key = letter(type) + plain;
  auto found = entries_.find(key);
  if (found == entries_.end()) {
    if (entries_.size() >= kMaxNames) {
      return {State::unavailable, nullptr, "too many names are looked up"};
    }
    found = entries_.emplace(key, Entry{}).first;
  }
  Entry& entry = found->second;
  entry.used_at = now;
  if (entry.due <= now && !entry.query) ask(type, plain, entry, key, actions);
  if (entry.records) return {State::found, &*entry.records, {}};
  if (entry.query || !entry.failure) return {};
  const State state = entry.failure->fault == DnsFault::absent ? State::absent : State::unavailable;
  return {state, nullptr, entry.failure->reason};
}

void DnsCache::ask(RecordType type, const std::string& name, Entry& entry, const std::string& key,
                   Actions& actions) {
  entry.query = ids_.query();
  queries_.emplace(*entry.query, key);
  actions.push_back(ResolveName{*entry.query, name, type});
}

bool DnsCache::on_resolved(const NameResolved& event, TimePoint now, Actions& actions) {
  const auto query = queries_.find(event.query);
  if (query == queries_.end()) return false;
  const std::string key = std::move(query->second);
  queries_.erase(query);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return false;
  Entry& entry = found->second;
  entry.query.reset();
  if (!event.result) {
    on_failure(entry, key, event.result.error(), now, actions);
    return true;
  }
  entry.records = event.result->records;
  entry.failure.reset();
  entry.good_at = now;
  entry.due = now + std::clamp(event.result->ttl, kShortestTtl, kLongestTtl);
  entry.warned = false;
  return true;
}

void DnsCache::on_failure(Entry& entry, const std::string& key, const DnsFailure& failure,
                          TimePoint now, Actions& actions) {
  entry.failure = failure;
  if (failure.fault == DnsFault::absent) {
    entry.records.reset();
    entry.due = now + (key.front() == letter(RecordType::address) ? kNoAddressTtl : kNoServiceTtl);
    return;
  }
  entry.due = now + kRetry;
  if (!entry.records) return;
  if (now - entry.good_at > kKeepLastGood) {
    entry.records.reset();
    return;
  }
  if (std::exchange(entry.warned, true)) return;
  actions.push_back(WriteLog{LogLevel::warning,
                             {},
                             "the name server fails and the last answer stays in use",
                             {{"name", key.substr(1)}, {"reason", failure.reason}}});
}

void DnsCache::forget_failures() {
  for (auto& [key, entry] : entries_) {
    if (entry.failure && entry.failure->fault == DnsFault::unavailable) entry.due = {};
  }
}

void DnsCache::forget_unused(TimePoint now) {
  std::erase_if(entries_, [&](const auto& one) {
    const Entry& entry = one.second;
    return !entry.query && entry.due <= now && now - entry.used_at > kForgetUnused;
  });
}

}  // namespace ringfence::sip_core
