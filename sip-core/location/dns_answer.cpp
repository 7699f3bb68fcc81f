#include "sip-core/location/dns_answer.hpp"

#include <algorithm>
#include <optional>
#include <type_traits>

#include "sip-core/location/dns_name.hpp"

namespace ringfence::sip_core {
namespace {

constexpr std::uint16_t kTypeCname = 5;
constexpr std::uint16_t kTypeSrv = 33;
constexpr std::uint16_t kTypeNaptr = 35;
constexpr std::uint16_t kClassInternet = 1;
constexpr std::size_t kHeader = 12;

DnsResult unusable(std::string_view reason) {
  return std::unexpected(DnsFailure{DnsFault::unavailable, std::string(reason)});
}

// Big-endian, and never beyond the end: a read that does not fit makes it bad for good.
class Reader {
 public:
  Reader(std::span<const std::uint8_t> message, std::size_t at, std::size_t end)
      : message_(message), at_(at), end_(end) {}

  std::uint8_t octet() { return fits(1) ? message_[at_++] : std::uint8_t{0}; }
  std::uint16_t number16() {
    const std::uint16_t high = octet();
    return static_cast<std::uint16_t>(high << 8 | octet());
  }
  std::uint32_t number32() {
    const std::uint32_t high = number16();
    return high << 16 | number16();
  }
  // RFC 1035 §3.3: one length octet and so many more.
  std::string text() {
    const std::size_t size = octet();
    if (!fits(size)) return {};
    std::string out(message_.begin() + static_cast<std::ptrdiff_t>(at_),
                    message_.begin() + static_cast<std::ptrdiff_t>(at_ + size));
    at_ += size;
    return out;
  }
  std::string name() {
    auto read = read_dns_name(message_, at_);
    if (!read || read->end > end_) good_ = false;
    if (!good_) return {};
    at_ = read->end;
    return std::move(read->text);
  }
  void skip(std::size_t size) {
    if (fits(size)) at_ += size;
  }
  std::size_t at() const { return at_; }
  bool good() const { return good_; }

 private:
  bool fits(std::size_t size) {
    good_ = good_ && end_ - at_ >= size;
    return good_;
  }

  std::span<const std::uint8_t> message_;
  std::size_t at_;
  std::size_t end_;
  bool good_ = true;
};

struct Alias {
  std::string owner;
  std::string target;
  std::uint32_t ttl = 0;
};
template <typename Record>
struct Owned {
  std::string owner;
  Record record;
  std::uint32_t ttl = 0;
};

std::optional<SrvRecord> read_record(Reader& data, const SrvRecord&) {
  SrvRecord record;
  record.priority = data.number16();
  record.weight = data.number16();
  record.port = data.number16();
  record.target = data.name();
  return data.good() && !record.target.empty() ? std::optional(record) : std::nullopt;
}

std::optional<NaptrRecord> read_record(Reader& data, const NaptrRecord&) {
  NaptrRecord record;
  record.order = data.number16();
  record.preference = data.number16();
  record.flags = data.text();
  record.service = data.text();
  record.regexp = data.text();
  record.replacement = data.name();
  return data.good() ? std::optional(record) : std::nullopt;
}

template <typename Record>
struct Section {
  std::vector<Alias> aliases;
  std::vector<Owned<Record>> records;
};

// False: the message is cut off or worse. A malformed record alone is passed over.
template <typename Record>
bool read_one(std::span<const std::uint8_t> message, Reader& reader, std::uint16_t wanted,
              Section<Record>& out) {
  const std::string owner = reader.name();
  const std::uint16_t type = reader.number16();
  const std::uint16_t of_class = reader.number16();
  const std::uint32_t ttl = reader.number32();
  const std::size_t size = reader.number16();
  const std::size_t begin = reader.at();
  reader.skip(size);
  if (!reader.good()) return false;
  Reader data(message, begin, begin + size);
  if (of_class != kClassInternet) return true;
  if (type == kTypeCname) {
    std::string target = data.name();
    if (data.good()) out.aliases.push_back({owner, std::move(target), ttl});
  } else if (type == wanted) {
    if (auto record = read_record(data, Record{})) {
      out.records.push_back({owner, std::move(*record), ttl});
    }
  }
  return true;
}

// The end of the chain of CNAMEs that begins at `name`; nullopt where there is none (F116).
std::optional<std::string> canonical_name(const std::vector<Alias>& aliases, std::string name,
                                          std::uint32_t& ttl) {
  for (int step = 0; step <= kMaxAliases; ++step) {
    const auto alias = std::ranges::find(aliases, name, &Alias::owner);
    if (alias == aliases.end()) return name;
    ttl = std::min(ttl, alias->ttl);
    name = alias->target;
  }
  return std::nullopt;
}

template <typename Record>
bool is_tried_before(const Record& a, const Record& b) {
  if constexpr (std::is_same_v<Record, SrvRecord>) {
    return a.priority != b.priority ? a.priority < b.priority : a.weight > b.weight;
  } else {
    return a.order != b.order ? a.order < b.order : a.preference < b.preference;
  }
}

template <typename Record>
DnsResult gather(Section<Record>& section, std::string_view name) {
  std::uint32_t ttl = UINT32_MAX;
  const auto owner = canonical_name(section.aliases, lower_dns_name(name), ttl);
  if (!owner) return unusable("the aliases of the name have no end");
  std::vector<Record> records;
  for (Owned<Record>& one : section.records) {
    if (one.owner != *owner) continue;
    ttl = std::min(ttl, one.ttl);
    records.push_back(std::move(one.record));
  }
  if (records.empty()) {
    return std::unexpected(DnsFailure{DnsFault::absent, "no such records"});
  }
  std::ranges::stable_sort(records, is_tried_before<Record>);
  if (records.size() > kMaxKeptRecords) records.resize(kMaxKeptRecords);
  return DnsAnswer{std::move(records), std::chrono::seconds(ttl)};
}

template <typename Record>
DnsResult read_section(std::span<const std::uint8_t> message, std::uint16_t wanted,
                       std::string_view name) {
  Reader reader(message, 0, message.size());
  reader.skip(4);
  const std::uint16_t questions = reader.number16();
  const std::size_t answers = std::min<std::size_t>(reader.number16(), kMaxDnsRecords);
  reader.skip(4);
  for (std::uint16_t i = 0; i < questions && reader.good(); ++i) {
    reader.name();
    reader.skip(4);
  }
  Section<Record> section;
  for (std::size_t i = 0; i < answers; ++i) {
    if (!read_one(message, reader, wanted, section)) return unusable("a malformed DNS message");
  }
  return gather(section, name);
}

}  // namespace

DnsResult read_dns_answer(std::span<const std::uint8_t> message, RecordType type,
                          std::string_view name) {
  if (message.size() < kHeader) return unusable("a malformed DNS message");
  switch (type) {
    case RecordType::naptr:
      return read_section<NaptrRecord>(message, kTypeNaptr, name);
    case RecordType::srv:
      return read_section<SrvRecord>(message, kTypeSrv, name);
    case RecordType::address:
      break;
  }
  return unusable("addresses are read elsewhere");
}

}  // namespace ringfence::sip_core
