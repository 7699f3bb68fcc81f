// DNS answers, as a name server or whoever poses as one may send them. The first octet chooses the
// type that was asked for.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "sip-core/location/dns_answer.hpp"

using namespace ringfence::sip_core;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const RecordType type = (data[0] & 1) != 0 ? RecordType::naptr : RecordType::srv;
  const auto answer = read_dns_answer({data + 1, size - 1}, type, "_sip._udp.carrier.example");
  if (!answer) return 0;
  const auto* records = std::get_if<std::vector<SrvRecord>>(&answer->records);
  if (records != nullptr && records->size() > kMaxKeptRecords) std::abort();
  return 0;
}
