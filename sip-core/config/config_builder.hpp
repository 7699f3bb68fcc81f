// ConfigBuilder: makes a Config from the supervisor's snapshot: begin(revision), rows,
// commit(revision). Whole or nothing: rows out of order, a commit of another revision or a row that
// cannot be represented give an error, the builder starts over, and the owner keeps the Config that
// it has. The supervisor has validated the rows; what is checked here is that it has not lied.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "proto/supervisor_child.pb.h"
#include "runtime/result.hpp"
#include "sip-core/config/config.hpp"

namespace ringfence::sip_core {

class ConfigBuilder {
 public:
  void begin(std::uint64_t revision);
  Result<void> add(const proto::SnapshotRow& row);
  Result<std::shared_ptr<const Config>> commit(std::uint64_t revision);

 private:
  struct Member {
    std::uint64_t group = 0;
    std::uint32_t position = 0;
    ExtensionId extension;
  };
  struct Snapshot {
    Config config;
    std::vector<Member> members;
  };

  Result<void> add_listener(const proto::Listener& row);
  Result<void> add_trunk(const proto::Trunk& row);
  Result<void> add_extension(const proto::Extension& row);
  Result<void> add_acl_rule(const proto::AclRule& row);
  Result<void> add_tenant(const proto::Tenant& row);
  void add_did(const proto::Did& row);
  void add_group(const proto::Group& row);
  void add_route(const proto::Route& row);
  void place_members();

  std::optional<Snapshot> snapshot_;  // between begin() and commit()
};

}  // namespace ringfence::sip_core
