// Records as octets and back, for the journal: the same program on the same machine reads what it
// has written, so that values stand as they do in memory. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip-core/store/records.hpp"

namespace ringfence::sip_core {

// Changes with the records' form: octets of another one are not to be read.
std::uint64_t record_form();

// Appended to `octets`.
void append_octets(const std::vector<Record>& records, std::string& octets);
// nullopt: they are cut short, or never were records.
std::optional<std::vector<Record>> records_of(std::string_view octets);

}  // namespace ringfence::sip_core
