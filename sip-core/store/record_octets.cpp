#include "sip-core/store/record_octets.hpp"

#include <concepts>
#include <cstring>
#include <type_traits>
#include <utility>

#include "sip-core/store/schema.hpp"

namespace ringfence::sip_core {
namespace {

template <typename T, typename Of>
concept Form = std::same_as<std::remove_const_t<T>, Of>;

// What a record consists of. A field that is missing here does not compile.
void each_field(Form<BindingRecord> auto& record, auto&& take) {
  auto& [tenant, username, contact, instance_id, reg_id, q, flow, transport, path, call_id, cseq,
         expires, user_agent] = record;
  take(tenant, username, contact, instance_id, reg_id, q, flow, transport, path, call_id, cseq,
       expires, user_agent);
}

void each_field(Form<BindingRemoved> auto& record, auto&& take) {
  auto& [tenant, username, contact, instance_id, reg_id] = record;
  take(tenant, username, contact, instance_id, reg_id);
}

void each_field(Form<DialogRecord> auto& record, auto&& take) {
  auto& [call_id, local_tag, remote_tag, local_uri, remote_uri, remote_target, local_contact,
         route_set, local_cseq, remote_cseq, flow, tenant, trunk, extension, lease, sdp,
         sdp_session_id, sdp_version, session_expires, session_interval, rtp_port, transport,
         secure, we_are_uas, we_refresh, peer_takes_update] = record;
  take(call_id, local_tag, remote_tag, local_uri, remote_uri, remote_target, local_contact,
       route_set, local_cseq, remote_cseq, flow, tenant, trunk, extension, lease, sdp,
       sdp_session_id, sdp_version, session_expires, session_interval, rtp_port, transport, secure,
       we_are_uas, we_refresh, peer_takes_update);
}

void each_field(Form<CallRecord> auto& record, auto&& take) {
  auto& [id, a, b, worker, session, started, answered, acknowledged, over] = record;
  take(id, a, b, worker, session, started, answered, acknowledged, over);
}

void each_field(Form<CallOver> auto& record, auto&& take) {
  auto& [id, ended, status, cause, ended_by] = record;
  take(id, ended, status, cause, ended_by);
}

void each_field(Form<CallAcknowledged> auto& record, auto&& take) {
  take(record.id);
}
void each_field(Form<CallDetailed> auto& record, auto&& take) {
  take(record.id);
}
void each_field(Form<CallRemoved> auto& record, auto&& take) {
  take(record.id);
}
void each_field(Form<PendingInviteRemoved> auto& record, auto&& take) {
  take(record.id);
}

void each_field(Form<PendingInviteRecord> auto& record, auto&& take) {
  auto& [id, role, header, flow, transport, trunk] = record;
  take(id, role, header, flow, transport, trunk);
}

void each_field(Form<CallDetailLeg> auto& leg, auto&& take) {
  auto& [call_id, party, transport, tls_version, tls_cipher, tls_peer, srtp_suite, media] = leg;
  take(call_id, party, transport, tls_version, tls_cipher, tls_peer, srtp_suite, media);
}

void each_field(Form<CallDetailRecord> auto& record, auto&& take) {
  auto& [tenant, from, to, a, b, started, answered, ended, status, cause, ended_by, downgraded,
         allowed_by] = record;
  take(tenant, from, to, a, b, started, answered, ended, status, cause, ended_by, downgraded,
       allowed_by);
}

void each_field(Form<TrunkRegistrationRecord> auto& record, auto&& take) {
  auto& [trunk, contact_user, call_id, cseq] = record;
  take(trunk, contact_user, call_id, cseq);
}

class Writer {
 public:
  explicit Writer(std::string& octets) : octets_(octets) {}

  template <typename... Ts>
  void operator()(const Ts&... values) {
    (write(values), ...);
  }

 private:
  template <typename T>
  void write(const T& value) {
    if constexpr (std::is_trivially_copyable_v<T>) {
      octets_.append(reinterpret_cast<const char*>(&value), sizeof value);
    } else {
      each_field(value, *this);
    }
  }
  void write(std::string_view text) {
    write(static_cast<std::uint32_t>(text.size()));
    octets_.append(text);
  }
  void write(const std::string& text) { write(std::string_view(text)); }
  void write(const std::vector<std::string>& list) {
    write(static_cast<std::uint32_t>(list.size()));
    for (const std::string& text : list)
      write(text);
  }
  template <typename T>
    requires(!std::is_trivially_copyable_v<T>)
  void write(const std::optional<T>& value) {
    write(value.has_value());
    if (value) write(*value);
  }
  template <typename T>
  void write(const OnHeap<T>& record) {
    write(static_cast<const T&>(record));
  }
  void write(const CallDetailsExpired& record) { write(record.before); }
  void write(const NonceSecretRecord& record) {
    write(record.made);
    const auto bytes = record.secret->bytes();
    write(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  }

  std::string& octets_;
};

class Reader {
 public:
  explicit Reader(std::string_view octets) : left_(octets) {}
  bool failed() const { return failed_; }

  template <typename... Ts>
  void operator()(Ts&... values) {
    (read(values), ...);
  }

 private:
  std::string_view take(std::size_t size) {
    failed_ = failed_ || size > left_.size();
    if (failed_) return {};
    const std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }
  std::uint32_t take_size() {
    std::uint32_t size = 0;
    read(size);
    return size;
  }
  template <typename T>
  void read(T& value) {
    if constexpr (std::is_trivially_copyable_v<T>) {
      const std::string_view octets = take(sizeof value);
      if (!octets.empty()) std::memcpy(&value, octets.data(), sizeof value);
    } else {
      each_field(value, *this);
    }
  }
  void read(std::string& text) { text = take(take_size()); }
  void read(std::vector<std::string>& list) {
    const std::uint32_t size = take_size();
    for (std::uint32_t i = 0; i < size && !failed_; ++i)
      read(list.emplace_back());
  }
  template <typename T>
    requires(!std::is_trivially_copyable_v<T>)
  void read(std::optional<T>& value) {
    bool there = false;
    read(there);
    if (there) read(value.emplace());
  }
  template <typename T>
  void read(OnHeap<T>& record) {
    read(*record.operator->());
  }
  void read(CallDetailsExpired& record) { read(record.before); }
  void read(NonceSecretRecord& record) {
    read(record.made);
    record.secret = std::make_shared<const SecretBytes>(SecretBytes::from(take(take_size())));
  }

  std::string_view left_;
  bool failed_ = false;
};

// An empty record of the variant's alternative of that index.
template <std::size_t... Is>
std::optional<Record> blank(std::size_t index, std::index_sequence<Is...>) {
  std::optional<Record> record;
  const auto make = [&]<typename T>(std::type_identity<T>) { record.emplace(T{}); };
  const auto make_heap = [&]<typename T>(std::type_identity<OnHeap<T>>) {
    record.emplace(OnHeap<T>(T{}));
  };
  const auto choose = [&]<typename T>(std::type_identity<T> type) {
    if constexpr (std::is_default_constructible_v<T>) {
      make(type);
    } else {
      make_heap(type);
    }
  };
  ((Is == index ? choose(std::type_identity<std::variant_alternative_t<Is, Record>>{}) : void()),
   ...);
  return record;
}

constexpr std::size_t kForms = std::variant_size_v<Record>;

}  // namespace

std::uint64_t record_form() {
  std::uint64_t form = kStateVersion;
  for (const std::size_t size :
       {kForms, sizeof(BindingRecord), sizeof(DialogRecord), sizeof(CallRecord),
        sizeof(PendingInviteRecord), sizeof(CallDetailLeg), sizeof(CallDetailRecord),
        sizeof(TrunkRegistrationRecord)}) {
    form = form * 1'000'003 + size;
  }
  return form;
}

void append_octets(const std::vector<Record>& records, std::string& octets) {
  Writer writer(octets);
  writer(static_cast<std::uint32_t>(records.size()));
  for (const Record& record : records) {
    writer(static_cast<std::uint8_t>(record.index()));
    std::visit([&](const auto& one) { writer(one); }, record);
  }
}

std::optional<std::vector<Record>> records_of(std::string_view octets) {
  Reader reader(octets);
  std::uint32_t size = 0;
  reader(size);
  std::vector<Record> records;
  for (std::uint32_t i = 0; i < size && !reader.failed(); ++i) {
    std::uint8_t index = 0;
    reader(index);
    auto record = blank(index, std::make_index_sequence<kForms>());
    if (!record) return std::nullopt;
    std::visit([&](auto& one) { reader(one); }, *record);
    records.push_back(std::move(*record));
  }
  if (reader.failed()) return std::nullopt;
  return records;
}

}  // namespace ringfence::sip_core
