// Store: where sip-core's state outlives it. One interface for state.db and for whatever shares
// state between nodes later: read everything once, then hand over batches of records and hear of
// each when it is durable. It never blocks the loop, and answers each awaited Persist exactly once,
// with Committed or CommitFailed, in the order of submission; of an unhurried one only a failure is
// told. All or none of a Persist is kept.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sip-core/engine/action.hpp"
#include "sip-core/engine/event.hpp"

namespace ringfence::sip_core {

class Store {
 public:
  using OnAnswer = std::function<void(Event)>;  // Committed or CommitFailed; on the loop's thread

  virtual ~Store() = default;
  // What was kept and has not expired by `wall`. Called once, before start(); may block.
  virtual Restored read_all(WallTime wall) = 0;
  // Begins to write. Called from the running loop, in a confined process.
  virtual void start(OnAnswer on_answer) = 0;
  virtual void submit(Persist persist) = 0;
  // For the metrics, by name. From the loop's thread.
  virtual std::vector<std::pair<std::string, std::uint64_t>> figures() { return {}; }
};

}  // namespace ringfence::sip_core
