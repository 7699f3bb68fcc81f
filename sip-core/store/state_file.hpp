// StateFile: state.db, open and in the form that we know, with its statements. It tells a file that
// is damaged, or is no longer the one at its path, from one that cannot be written just now. It
// knows nothing of threads and the loop; one thread at a time.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "sip-core/store/sqlite.hpp"
#include "sip-core/store/state_rows.hpp"

namespace ringfence::sip_core {

enum class StateFault : std::uint8_t {
  busy,     // another process holds a lock
  full,     // no space left
  corrupt,  // damaged, of another form, or replaced
  newer,    // of a later version than this program's: not ours to write, nor to move
  other,
};
std::string_view to_text(StateFault fault);  // "BUSY", "FULL", "CORRUPT", "NEWER", "IOERR"

struct StateFailure {
  StateFault fault = StateFault::other;
  std::string reason;
  int version = 0;  // of a file that is newer
};
using Written = std::expected<void, StateFailure>;

class StateFile {
 public:
  // Makes the file where there is none.
  static std::expected<StateFile, StateFailure> open(const std::string& path);
  // Out of the way, with its -wal and -shm, to a name that ends in `suffix`.
  static void move_aside(const std::string& path, const std::string& suffix);

  StateRows& rows() { return rows_; }
  Written begin();
  Written commit();
  void roll_back();
  Written as_written(const Result<void>& result) const;  // of a statement just run
  static std::uint64_t wal_octets(const std::string& path);
  // False: somebody has been reading for so long that the log cannot be emptied.
  bool empty_wal();
  // The whole database in another file.
  Result<void> copy_to(const std::string& path);
  // Leaves the log as it is: nothing may be written into a file that is not ours any more.
  void close_without_checkpoint();

 private:
  StateFile(DatabasePtr database, StateRows rows)
      : database_(std::move(database)), rows_(std::move(rows)) {}
  bool is_in_place() const;

  DatabasePtr database_;
  StateRows rows_;
};

}  // namespace ringfence::sip_core
