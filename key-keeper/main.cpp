// ringfence-key-keeper: the private keys of the bundle. Started by ringfence-supervisor.
#include <fmt/core.h>

#include <cstdio>

#include "key-keeper/keeper/key_keeper.hpp"
#include "key-keeper/key/key_memory.hpp"

int main() {
  using namespace ringfence;
  auto process = channel::ChildProcess::start(proto::KEY_KEEPER, "key-keeper");
  if (!process) {
    fmt::print(stderr, "ringfence-key-keeper: {}\n", process.error().message);
    return 64;
  }
  const bool fips = (*process)->welcome().fips();
  const auto memory = key_keeper::prepare_cryptography(fips ? key_keeper::Cryptography::fips
                                                            : key_keeper::Cryptography::any);
  if (!memory) {
    (*process)->log().error("cannot set up cryptography", {{"reason", memory.error().message}});
    return 1;
  }
  (*process)->log().info(
      "keys are kept apart",
      {{"memory", *memory == key_keeper::KeyMemory::locked ? "locked"
                                                           : "not locked: it may be swapped out"}});
  return key_keeper::KeyKeeper(**process).run();
}
