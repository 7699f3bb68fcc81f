// ChildTable: all children of the bundle, by kind and index, and the links between them. A link
// joins sip-core with tls-front, with each media worker and with status, and tls-front with
// key-keeper; whenever one side starts
// anew a fresh socket pair is made and both ends are sent, each with the other side's epoch.
#pragma once

#include <memory>
#include <vector>

#include "supervisor/child/child.hpp"

namespace ringfence::supervisor {

class ChildTable {
 public:
  ChildTable(Loop& loop, Logger& log, Random& random, ChildOwner& owner)
      : loop_(loop), log_(log), random_(random), owner_(owner) {}

  void add(ChildSpec spec);
  const std::vector<std::unique_ptr<Child>>& all() const { return children_; }
  Child* find(proto::ProcessKind kind, std::uint32_t index = 0) const;
  Child* find(std::string_view name) const;

  // The child has just said Hello: links to every peer that listens.
  void link_peers(Child& child);

 private:
  void link(Child& a, Child& b);

  Loop& loop_;
  Logger& log_;
  Random& random_;
  ChildOwner& owner_;
  std::vector<std::unique_ptr<Child>> children_;
};

// Which pairs of processes talk to each other.
bool are_peers(proto::ProcessKind a, proto::ProcessKind b);

}  // namespace ringfence::supervisor
