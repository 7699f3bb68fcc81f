// Journal: what was handed to the store and is in no transaction yet. A file that is mapped, in a
// ring: appending is a copy in memory, and what was appended outlives the process that did it, so
// that group commits may take their time and a death in between still loses nothing. It is no help
// against a power cut: of another boot nothing is read.
//
// One thread appends, one releases.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/result.hpp"

namespace ringfence::sip_core {

class Journal {
 public:
  struct Entry {
    std::uint64_t sequence = 0;  // each one higher than the one before
    std::string octets;
  };
  static constexpr std::size_t kSize = 4 << 20;  // octets of the file

  // The file is made where there is none. `form`: of the octets; what was written in another one is
  // not there any more.
  static Result<Journal> open(const std::string& path, std::uint64_t form);

  Journal() = default;  // of no file: nothing is kept
  Journal(Journal&& other) noexcept;
  Journal& operator=(Journal&& other) noexcept;
  ~Journal();

  // What nobody released, oldest first.
  std::vector<Entry> entries() const;
  // Forgets all entries; from now on sequences are higher than that.
  void begin_after(std::uint64_t sequence);
  // Its sequence; nullopt: there is no room, or no file.
  std::optional<std::uint64_t> append(std::string_view octets);
  // All entries up to that one.
  void release(std::uint64_t sequence);

 private:
  struct Ring;
  explicit Journal(Ring* ring) : ring_(ring) {}

  Ring* ring_ = nullptr;
  std::uint64_t last_ = 0;  // sequence
};

}  // namespace ringfence::sip_core
