// DNS messages for tests, written octet by octet (RFC 1035 §4).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ringfence::sip_core {

class DnsMessage {
 public:
  DnsMessage(std::uint16_t answers, std::string_view question, std::uint16_t type) {
    for (const int n : {0x1234, 0x8180, 1, int{answers}, 0, 0})
      number16(static_cast<std::uint16_t>(n));
    name(question).number16(type).number16(1);
  }

  DnsMessage& octet(std::uint8_t value) {
    octets.push_back(value);
    return *this;
  }
  DnsMessage& number16(std::uint16_t value) {
    return octet(static_cast<std::uint8_t>(value >> 8)).octet(static_cast<std::uint8_t>(value));
  }
  DnsMessage& text(std::string_view value) {
    octet(static_cast<std::uint8_t>(value.size()));
    octets.insert(octets.end(), value.begin(), value.end());
    return *this;
  }
  DnsMessage& name(std::string_view value) {
    while (!value.empty() && value != ".") {
      const std::string_view label = value.substr(0, value.find('.'));
      text(label);
      value.remove_prefix(std::min(value.size(), label.size() + 1));
    }
    return octet(0);
  }
  DnsMessage& begin_record(std::string_view owner, std::uint16_t type, std::uint16_t ttl) {
    name(owner).number16(type).number16(1).number16(0).number16(ttl);
    size_at_ = octets.size();
    return number16(0);
  }
  DnsMessage& end_record() {
    const std::size_t size = octets.size() - size_at_ - 2;
    octets[size_at_] = static_cast<std::uint8_t>(size >> 8);
    octets[size_at_ + 1] = static_cast<std::uint8_t>(size);
    return *this;
  }
  DnsMessage& srv(std::string_view owner, std::uint16_t priority, std::uint16_t weight,
                  std::uint16_t port, std::string_view target, std::uint16_t ttl = 300) {
    begin_record(owner, 33, ttl).number16(priority).number16(weight).number16(port);
    return name(target).end_record();
  }
  DnsMessage& cname(std::string_view owner, std::string_view target, std::uint16_t ttl = 300) {
    return begin_record(owner, 5, ttl).name(target).end_record();
  }

  std::vector<std::uint8_t> octets;

 private:
  std::size_t size_at_ = 0;
};

}  // namespace ringfence::sip_core
