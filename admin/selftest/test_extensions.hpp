// TestExtensions: the two extensions of one selftest, there from add() until remove() or, at the
// latest, the end of this object. Extensions of runs that died are removed by the next one, unless
// another run is alive: each holds a lock on the database's folder, which the kernel gives back.
#pragma once

#include <array>
#include <string>

#include "admin/selftest/selftest_phone.hpp"
#include "admin/table/database.hpp"
#include "runtime/fd.hpp"
#include "runtime/random.hpp"
#include "runtime/result.hpp"

namespace ringfence::admin {

class TestExtensions {
 public:
  // `tenant`: its name; `domain`: its own.
  TestExtensions(const Database& database, std::string tenant, const std::string& domain);
  TestExtensions(const TestExtensions&) = delete;
  TestExtensions& operator=(const TestExtensions&) = delete;
  ~TestExtensions();

  // How many of dead runs were removed first.
  Result<int> add(Random& random);
  Result<void> remove();
  const std::array<PhoneAccount, 2>& accounts() const { return accounts_; }

 private:
  Result<int> remove_leftovers() const;

  const Database& database_;
  std::string tenant_;
  std::array<PhoneAccount, 2> accounts_;
  Fd folder_;  // locked while we run
};

}  // namespace ringfence::admin
