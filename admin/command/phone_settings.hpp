// What is typed into a phone so that it registers as an extension: told when the extension is
// added. Pure but for the database. A password is the caller's to print.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "admin/table/database.hpp"
#include "runtime/result.hpp"

namespace ringfence::admin {

// Name and value: "server_tls", "sbc.example:6061".
using PhoneSettings = std::vector<std::pair<std::string, std::string>>;

// `extension`: its full name, alice@demo.example.
Result<PhoneSettings> phone_settings(const Database& database, const std::string& extension);

}  // namespace ringfence::admin
