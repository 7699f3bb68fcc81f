// ControlStream: one request on the admin socket that is answered by `ok`, then lines, then `end`.
// It blocks the caller until a line comes, the time is over, or Ctrl-C; the signals SIGINT and
// SIGTERM are its own from open() on, so that a command can finish what it writes.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/clock.hpp"
#include "runtime/fd.hpp"
#include "runtime/result.hpp"

namespace ringfence::admin {

class ControlStream {
 public:
  struct End {};          // the other side said so
  struct TimeOver {};     // `until` came first
  struct Interrupted {};  // SIGINT or SIGTERM
  using Event = std::variant<std::string, End, TimeOver, Interrupted>;

  // Errors: not reachable, or refused, with the other side's sentence.
  static Result<ControlStream> open(const std::string& run_directory, std::string_view request);

  // The next line; nullopt for `until`: whenever it comes. Errors: cut off, or told so.
  Result<Event> next(std::optional<TimePoint> until);

 private:
  ControlStream(Fd socket, Fd signals) : socket_(std::move(socket)), signals_(std::move(signals)) {}
  std::optional<std::string> take_line();
  // nullopt: octets are there.
  Result<std::optional<Event>> wait(std::optional<TimePoint> until) const;

  Fd socket_;
  Fd signals_;
  std::string received_;
  std::size_t start_ = 0;
};

// All lines of a list, each a JSON object, within ten seconds.
Result<std::vector<std::string>> control_list(const std::string& run_directory,
                                              std::string_view request);

}  // namespace ringfence::admin
