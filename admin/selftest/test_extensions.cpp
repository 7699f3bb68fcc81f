#include "admin/selftest/test_extensions.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <filesystem>
#include <tuple>

#include "admin/table/password_hashes.hpp"
#include "admin/table/row_editor.hpp"

namespace ringfence::admin {
namespace {

constexpr std::string_view kPrefix = "selftest-";
constexpr std::size_t kRandomOctets = 2;  // selftest-XXXX

std::string folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder.string();
}

}  // namespace

TestExtensions::TestExtensions(const Database& database, std::string tenant,
                               const std::string& domain)
    : database_(database), tenant_(std::move(tenant)) {
  for (PhoneAccount& account : accounts_)
    account.domain = domain;
}

TestExtensions::~TestExtensions() {
  // Too late to say that it failed; the next run removes what is left.
  std::ignore = remove();
}

Result<int> TestExtensions::remove_leftovers() const {
  const auto removed = database_.query(
      "DELETE FROM extensions WHERE username GLOB 'selftest-[0-9a-f][0-9a-f][0-9a-f][0-9a-f]' "
      "RETURNING id");
  if (!removed) return std::unexpected(explain(removed.error(), database_));
  return static_cast<int>(removed->size());
}

Result<int> TestExtensions::add(Random& random) {
  folder_ = Fd(::open(folder_of(database_.path()).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  int leftovers = 0;
  if (folder_ && ::flock(folder_.get(), LOCK_EX | LOCK_NB) == 0) {
    const auto removed = remove_leftovers();
    if (!removed) return std::unexpected(removed.error());
    leftovers = *removed;
  }
  if (folder_) ::flock(folder_.get(), LOCK_SH | LOCK_NB);
  const RowEditor editor(database_, *find_row_kind("extension"));
  for (PhoneAccount& account : accounts_) {
    account.username = std::string(kPrefix) + random.token(kRandomOctets);
    account.password = generate_password(random);
    const auto added =
        editor.add({account.username, tenant_, {{"srtp", "required"}}, account.password});
    if (!added) {
      account.username.clear();
      return std::unexpected(added.error());
    }
  }
  return leftovers;
}

Result<void> TestExtensions::remove() {
  Result<void> outcome;
  for (PhoneAccount& account : accounts_) {
    if (account.username.empty()) continue;
    const auto removed = RowEditor(database_, *find_row_kind("extension"))
                             .remove({account.username, tenant_, {}, std::nullopt});
    if (!removed) outcome = std::unexpected(removed.error());
    account.username.clear();
  }
  folder_.reset();
  return outcome;
}

}  // namespace ringfence::admin
